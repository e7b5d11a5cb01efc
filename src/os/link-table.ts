import { existsSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { type Ip, ipFromOctets } from '../../net/ip.js'
import { type Mac, macFromOctets } from '../../net/mac.js'
import { AF_INET, AF_INET6, littleEndian } from './layouts.js'
import {
  attributesOf,
  type NetlinkMessage,
  octetsOfAttribute,
  RTM,
  textOfAttribute,
  u32Of,
} from './netlink.js'

export interface LinkAddress {
  readonly ip: Ip
  /** Of its subnet, in bits. */
  readonly length: number
  /** Not yet, or not at all, known to be unique (RFC 4862). */
  readonly tentative: boolean
  /** Of IPv4: not the first of its subnet on its link. */
  readonly secondary: boolean
  /** Of IPv6: a privacy address (RFC 8981). */
  readonly temporary: boolean
  /** Of IPv6: its preferred lifetime is over (RFC 4862, section 5.5.4). */
  readonly deprecated: boolean
}

/** An interface as the kernel has it. */
export interface KernelLink {
  readonly index: number
  readonly name: string
  /** Absent where it is no Ethernet. */
  readonly mac?: Mac
  readonly ethernet: boolean
  readonly loopback: boolean
  readonly noArp: boolean
  /** Told to be up. */
  readonly up: boolean
  /** With a carrier. */
  readonly running: boolean
  /** The bond or bridge that it is a member of, by its index. */
  readonly master?: number
  readonly wireless: boolean
  /** Whether the kernel forwards IPv6 that comes in there. */
  readonly router: boolean
  /** In the kernel's order, which puts the primary IPv4 address first. */
  readonly addresses: readonly LinkAddress[]
}

const ARPHRD_ETHER = 1
/** <linux/if.h>. */
const flag = { up: 0x1, loopback: 0x8, noArp: 0x80, lowerUp: 0x10000 } as const
/** struct ifinfomsg, ifaddrmsg, netconfmsg; attributes follow them. */
const sizeof = { ifinfomsg: 16, ifaddrmsg: 8, netconfmsg: 4 } as const
const IFLA = { ADDRESS: 1, IFNAME: 3, MASTER: 10, WIRELESS: 11 } as const
const IFA = { ADDRESS: 1, LOCAL: 2, FLAGS: 8 } as const
const NETCONFA = { IFINDEX: 1, FORWARDING: 2 } as const
/** <linux/if_addr.h>. */
const addressFlag = {
  /** And temporary, of IPv6. */
  secondary: 0x01,
  dadFailed: 0x08,
  deprecated: 0x20,
  tentative: 0x40,
} as const

type OwnFacts = Omit<KernelLink, 'router' | 'addresses'>

/** Every interface of this host, put together from what the kernel tells of links, addresses and forwarding. */
export class LinkTable {
  readonly #facts = new Map<number, OwnFacts>()
  /** By their text and length. A node of Kubernetes can have thousands on one link (kube-ipvs0). */
  readonly #addresses = new Map<number, Map<string, LinkAddress>>()
  readonly #forwarding = new Map<number, boolean>()
  readonly #changedSince = new Set<number>()
  #links: ReadonlyMap<number, KernelLink> = new Map()

  /** By index; put together when somebody looks. */
  get links(): ReadonlyMap<number, KernelLink> {
    if (this.#changedSince.size === 0) return this.#links
    const before = this.#links
    this.#links = new Map(
      Array.from(this.#facts, ([index, facts]) => {
        const same = this.#changedSince.has(index) ? undefined : before.get(index)
        return [index, same ?? this.#link(index, facts)]
      }),
    )
    this.#changedSince.clear()
    return this.#links
  }

  /** Takes a message in; the index of the link that it changed. Any octets are taken: wrong ones change nothing. */
  take({ type, body }: NetlinkMessage): number | undefined {
    switch (type) {
      case RTM.NEWLINK:
        return this.#newLink(body)
      case RTM.DELLINK:
        return this.#deleteLink(body)
      case RTM.NEWADDR:
        return this.#changeAddress(body, true)
      case RTM.DELADDR:
        return this.#changeAddress(body, false)
      case RTM.NEWNETCONF:
        return this.#netconf(body)
      default:
        return undefined
    }
  }

  /** Before everything is told anew. */
  clear(): void {
    for (const map of [this.#facts, this.#addresses, this.#forwarding, this.#changedSince]) map.clear()
    this.#links = new Map()
  }

  #newLink(body: DataView): number | undefined {
    const header = linkHeader(body)
    if (header === undefined) return undefined
    const attributes = attributesOf(body, sizeof.ifinfomsg)
    const before = this.#facts.get(header.index)
    // An event of a wireless driver, which tells of nothing else.
    if (attributes.has(IFLA.WIRELESS)) {
      if (before === undefined || before.wireless) return undefined
      this.#facts.set(header.index, { ...before, wireless: true })
      return this.#changed(header.index)
    }
    const name = attributes.get(IFLA.IFNAME)
    if (name === undefined) return undefined
    const address = attributes.get(IFLA.ADDRESS)
    const ethernet = header.type === ARPHRD_ETHER && address?.byteLength === 6
    const master = u32Of(attributes.get(IFLA.MASTER))
    const text = textOfAttribute(name)
    const facts: OwnFacts = {
      ...{ index: header.index, name: text, ethernet },
      ...(ethernet && { mac: macFromOctets(octetsOfAttribute(address)) }),
      loopback: (header.flags & flag.loopback) !== 0,
      noArp: (header.flags & flag.noArp) !== 0,
      up: (header.flags & flag.up) !== 0,
      running: (header.flags & flag.lowerUp) !== 0,
      ...(master !== undefined && { master }),
      wireless: before?.wireless ?? isWireless(text),
    }
    this.#facts.set(header.index, facts)
    return isDeepStrictEqual(before, facts) ? undefined : this.#changed(header.index)
  }

  #deleteLink(body: DataView): number | undefined {
    const header = linkHeader(body)
    if (header === undefined) return undefined
    for (const map of [this.#addresses, this.#forwarding]) map.delete(header.index)
    if (!this.#facts.delete(header.index)) return undefined
    this.#changedSince.add(header.index)
    return header.index
  }

  #changeAddress(body: DataView, there: boolean): number | undefined {
    if (body.byteLength < sizeof.ifaddrmsg) return undefined
    const family = body.getUint8(0)
    const index = body.getUint32(4, littleEndian)
    const attributes = attributesOf(body, sizeof.ifaddrmsg)
    const octets = attributes.get(family === AF_INET ? IFA.LOCAL : IFA.ADDRESS) ?? attributes.get(IFA.ADDRESS)
    if (octets === undefined || octets.byteLength !== lengthOf(family)) return undefined
    const ip = ipFromOctets(octetsOfAttribute(octets))
    const flags = u32Of(attributes.get(IFA.FLAGS)) ?? body.getUint8(2)
    const address: LinkAddress = {
      ...{ ip, length: Math.min(body.getUint8(1), octets.byteLength * 8) },
      tentative: (flags & (addressFlag.tentative | addressFlag.dadFailed)) !== 0,
      secondary: family === AF_INET && (flags & addressFlag.secondary) !== 0,
      temporary: family === AF_INET6 && (flags & addressFlag.secondary) !== 0,
      deprecated: family === AF_INET6 && (flags & addressFlag.deprecated) !== 0,
    }
    const name = `${ip}/${address.length}`
    const those = this.#addresses.get(index) ?? new Map<string, LinkAddress>()
    const before = those.get(name)
    if (there ? isDeepStrictEqual(before, address) : before === undefined) return undefined
    if (there) those.set(name, address)
    else those.delete(name)
    this.#addresses.set(index, those)
    return this.#changed(index)
  }

  #netconf(body: DataView): number | undefined {
    if (body.byteLength < sizeof.netconfmsg || body.getUint8(0) !== AF_INET6) return undefined
    const attributes = attributesOf(body, sizeof.netconfmsg)
    const index = u32Of(attributes.get(NETCONFA.IFINDEX))
    const forwarding = u32Of(attributes.get(NETCONFA.FORWARDING))
    if (index === undefined || forwarding === undefined) return undefined
    if ((this.#forwarding.get(index) ?? false) === (forwarding !== 0)) return undefined
    this.#forwarding.set(index, forwarding !== 0)
    return this.#changed(index)
  }

  /** The index, of a link that is known. */
  #changed(index: number): number | undefined {
    if (!this.#facts.has(index)) return undefined
    this.#changedSince.add(index)
    return index
  }

  #link(index: number, facts: OwnFacts): KernelLink {
    const addresses = [...(this.#addresses.get(index)?.values() ?? [])]
    return { ...facts, router: this.#forwarding.get(index) === true, addresses }
  }
}

interface LinkHeader {
  readonly type: number
  readonly index: number
  readonly flags: number
}

/** Undefined for what bridges tell of their ports (AF_BRIDGE): leaving one looks there as if the link were deleted. */
function linkHeader(body: DataView): LinkHeader | undefined {
  if (body.byteLength < sizeof.ifinfomsg || body.getUint8(0) !== 0) return undefined
  return {
    type: body.getUint16(2, littleEndian),
    index: body.getInt32(4, littleEndian),
    flags: body.getUint32(8, littleEndian),
  }
}

function lengthOf(family: number): number | undefined {
  if (family === AF_INET) return 4
  return family === AF_INET6 ? 16 : undefined
}

function isWireless(name: string): boolean {
  return !name.includes('/') && existsSync(`/sys/class/net/${name}/phy80211`)
}
