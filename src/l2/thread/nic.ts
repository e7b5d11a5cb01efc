import { solicitedNodeGroup } from '../../../arp/ndp/group.js'
import { Segment } from '../../../arp/segment/segment.js'
import type { SegmentServices } from '../../../arp/segment/services.js'
import type { SegmentLink, SegmentSettings } from '../../../arp/segment/settings.js'
import { vrrpGroupIpv4, vrrpGroupIpv6 } from '../../../arp/vrrp/packet.js'
import { type Ip, type Ipv4, type Ipv6, isIpv4, isIpv6 } from '../../../net/ip.js'
import { isLinkLocal } from '../../../net/ip-kind.js'
import { type IpVersion, ipVersionOf } from '../../../net/prefix.js'
import type { KernelLink } from '../../os/link-table.js'
import type { Memberships } from '../../os/multicast.js'
import { OsError } from '../../os/os-error.js'
import type { PacketKind } from '../../os/packet-filters.js'
import { openPacketSocket, type PacketSocket } from '../../os/packet-socket.js'
import type { Poller } from '../../os/poller.js'
import { openVrrpSocket, type VrrpSocket } from '../../os/vrrp-socket.js'
import { Complaints } from './complaints.js'
import { isUsable } from './placement.js'

export interface NicServices extends Omit<SegmentServices, 'send' | 'sendVrrp'> {
  readonly poller: Poller
  readonly memberships: Memberships
  /** Something does not work, in words that name the interface. */
  onTrouble(text: string): void
}

/** Frames that are read before others have their turn. */
const burst = 64
/** Advertisements that are read before questions: more than their socket holds, and a bound all the same. */
const mostAdvertisements = 8192

/** What of the interface this node listens to, while the interface is there. */
interface Open {
  readonly index: number
  readonly sockets: Map<PacketKind, PacketSocket>
  readonly vrrp: Map<IpVersion, VrrpSocket>
  readonly groups: Set<Ip>
  promiscuous: boolean
}

/** One interface by its name: the sockets on it while it is there, and the segment behind it. */
export class Nic {
  readonly name: string
  readonly segment: Segment
  readonly #services: NicServices
  #open: Open | undefined
  #wanted: SegmentSettings | undefined
  readonly #complaints: Complaints
  #dropped = 0
  /** Why nothing can be heard. */
  #deafBecause: string | undefined

  constructor(name: string, services: NicServices) {
    this.name = name
    this.#services = services
    this.#complaints = new Complaints(services.clock, (text) => services.onTrouble(text))
    this.segment = new Segment({
      ...services,
      send: (frame) => this.#send(frame),
      sendVrrp: (to, from, payload) => this.#sendVrrp(to, from, payload),
    })
  }

  get promiscuous(): boolean {
    return this.#open?.promiscuous ?? false
  }

  /** Frames that the kernel dropped before they were read, so far. */
  get dropped(): number {
    for (const socket of this.#open?.sockets.values() ?? []) this.#dropped += socket.dropped()
    return this.#dropped
  }

  /** @param link absent while there is none of this name */
  update(wanted: SegmentSettings, link: KernelLink | undefined, promiscuous: boolean): void {
    this.#wanted = wanted
    if (link?.mac === undefined || !this.#listen(link, promiscuous)) {
      this.close()
      this.segment.configure(wanted)
      this.segment.linkDown(this.#downBecause(link))
      return
    }
    this.segment.configure(wanted)
    if (isUsable(link) && link.up && link.running) this.segment.linkUp(segmentLink(link, link.mac))
    else this.segment.linkDown(this.#downBecause(link))
    this.trim()
  }

  /** Closes what is not needed any more; what is handed over is answered for, and told of, until it is taken. */
  trim(): void {
    const open = this.#open
    if (open === undefined || !this.segment.isSettled) return
    const kinds = this.#kinds()
    for (const [kind, socket] of open.sockets) {
      if (kinds.has(kind)) continue
      this.#closeSocket(socket)
      open.sockets.delete(kind)
    }
    const groups = this.#groups()
    for (const group of open.groups) {
      if (groups.has(group)) continue
      this.#services.memberships.leave(open.index, group)
      open.groups.delete(group)
    }
  }

  /** Listens no more; the segment stays as it is. */
  close(): void {
    const open = this.#open
    this.#open = undefined
    if (open === undefined) return
    for (const socket of open.sockets.values()) this.#closeSocket(socket)
    for (const socket of open.vrrp.values()) socket.close()
    this.#services.memberships.forget(open.index)
  }

  #downBecause(link: KernelLink | undefined): string {
    if (link === undefined) return `${this.name} is not there`
    if (this.#deafBecause !== undefined) return this.#deafBecause
    if (link.master !== undefined)
      return `${this.name} is a member of a bridge or bond, where its frames arrive`
    if (link.noArp) return `${this.name} was told to do without ARP`
    return link.up ? `${this.name} has no carrier` : `${this.name} is down`
  }

  /** Opens what is missing. False, and trouble is told, when that fails. */
  #listen(link: KernelLink, promiscuous: boolean): boolean {
    if (this.#open !== undefined && this.#open.index !== link.index) this.close()
    this.#open ??= {
      ...{ index: link.index, promiscuous: false },
      ...{ sockets: new Map(), vrrp: new Map(), groups: new Set() },
    }
    try {
      for (const kind of this.#kinds()) if (!this.#open.sockets.has(kind)) this.#openSocket(this.#open, kind)
      for (const version of this.#peerVersions()) vrrpSocket(this.#open, version)
      this.#join(this.#open)
      this.#listenToAll(this.#open, promiscuous)
      this.#deafBecause = undefined
      return true
    } catch (error) {
      if (!(error instanceof OsError)) throw error
      this.#deafBecause = `${this.name}: ${error.message}`
      this.#complaints.tell(this.#deafBecause)
      return false
    }
  }

  #listenToAll(open: Open, promiscuous: boolean): void {
    const [first] = open.sockets.values()
    if (open.promiscuous === promiscuous || first === undefined) return
    first.promiscuous(promiscuous)
    open.promiscuous = promiscuous
  }

  #kinds(): ReadonlySet<PacketKind> {
    const { failover, groups = [] } = this.#wanted ?? {}
    const versions = new Set(groups.flatMap(({ addresses }) => addresses.map(ipVersionOf)))
    const shared = failover === 'vrrp'
    const kinds = new Set<PacketKind>()
    if (shared && versions.has(4)) kinds.add('vrrp-ipv4')
    if (shared && versions.has(6)) kinds.add('vrrp-ipv6')
    if (versions.has(4)) kinds.add('arp')
    if (versions.has(6)) kinds.add('ndp')
    return kinds
  }

  /** Of nodes that advertise to this one alone: without a socket for it, the kernel tells them that it is refused. */
  #peerVersions(): ReadonlySet<IpVersion> {
    const { failover, groups = [] } = this.#wanted ?? {}
    if (failover !== 'vrrp') return new Set()
    const used = groups.filter(({ addresses }) => addresses.length > 0)
    return new Set(used.flatMap(({ unicastPeers }) => unicastPeers.map(ipVersionOf)))
  }

  #openSocket(open: Open, kind: PacketKind): void {
    const socket = openPacketSocket(kind, open.index)
    open.sockets.set(kind, socket)
    const isVrrp = kind === 'vrrp-ipv4' || kind === 'vrrp-ipv6'
    const read = () => this.#read(open, kind, socket)
    this.#services.poller.add(socket.descriptor, read, isVrrp ? 'first' : undefined)
  }

  #read(open: Open, kind: PacketKind, socket: PacketSocket): void {
    switch (kind) {
      case 'vrrp-ipv4':
      case 'vrrp-ipv6':
        this.#readAdvertisements(socket, mostAdvertisements)
        return
      case 'arp':
      case 'ndp':
        this.#readQuestions(socket, open.sockets.get(kind === 'arp' ? 'vrrp-ipv4' : 'vrrp-ipv6'))
    }
  }

  /** Advertisements that arrived before a question decide who answers it, however late this thread runs. */
  #readQuestions(questions: PacketSocket, advertisements: PacketSocket | undefined): void {
    // A flood of advertisements must not keep questions waiting for long.
    let left = mostAdvertisements
    for (let i = 0; i < burst; i++) {
      const frame = questions.receive()
      if (frame === undefined) return
      // The first was there before the poller saw that no advertisement was, or all that were have been read.
      if (i > 0 && advertisements !== undefined) left -= this.#readAdvertisements(advertisements, left)
      this.segment.hear(frame)
    }
  }

  /** How many there were. */
  #readAdvertisements(socket: PacketSocket, most: number): number {
    for (let i = 0; i < most; i++) {
      const frame = socket.receive()
      if (frame === undefined) return i
      this.segment.hearAdvertisement(frame)
    }
    return most
  }

  #closeSocket(socket: PacketSocket): void {
    this.#dropped += socket.dropped()
    this.#services.poller.remove(socket.descriptor)
    socket.close()
  }

  /** The kernel lets frames to these groups through, and tells switches by IGMP and MLD. */
  #join(open: Open): void {
    for (const group of this.#groups()) {
      if (open.groups.has(group)) continue
      const because = this.#services.memberships.join(open.index, group)
      if (because !== undefined) this.#complaints.tell(`${this.name}: cannot join ${group}: ${because}`)
      open.groups.add(group)
    }
  }

  #groups(): ReadonlySet<Ip> {
    const { failover, groups = [] } = this.#wanted ?? {}
    const addresses = groups.flatMap((group) => group.addresses)
    const wanted = new Set<Ip>(addresses.filter(isIpv6).map(solicitedNodeGroup))
    if (failover === 'vrrp' && addresses.some(isIpv4)) wanted.add(vrrpGroupIpv4)
    if (failover === 'vrrp' && addresses.some(isIpv6)) wanted.add(vrrpGroupIpv6)
    return wanted
  }

  #send(frame: Uint8Array): void {
    const [socket] = this.#open?.sockets.values() ?? []
    const because = socket?.send(frame)
    if (because !== undefined) this.#complaints.tell(`${this.name}: a frame could not be sent: ${because}`)
  }

  #sendVrrp(to: Ip, from: Ip, payload: Uint8Array): void {
    const open = this.#open
    if (open === undefined) return
    try {
      const because = vrrpSocket(open, ipVersionOf(to)).send(to, from, payload)
      if (because !== undefined) this.#complaints.tell(`${this.name}: ${to} could not be told: ${because}`)
    } catch (error) {
      if (!(error instanceof OsError)) throw error
      this.#complaints.tell(`${this.name}: ${error.message}`)
    }
  }
}

function vrrpSocket(open: Open, version: IpVersion): VrrpSocket {
  const socket = open.vrrp.get(version) ?? openVrrpSocket(version, open.index)
  open.vrrp.set(version, socket)
  return socket
}

function segmentLink({ addresses, router }: KernelLink, mac: SegmentLink['mac']): SegmentLink {
  const ipv4 = addresses.find(({ ip, secondary }) => isIpv4(ip) && !secondary)?.ip as Ipv4 | undefined
  const ipv6 = addresses.find(({ ip }) => isIpv6(ip) && isLinkLocal(ip))?.ip as Ipv6 | undefined
  return { mac, router, ...(ipv4 !== undefined && { ipv4 }), ...(ipv6 !== undefined && { ipv6 }) }
}
