import type { Ipv6 } from '../../net/ip.js'
import { closeDescriptor, type Descriptor, openDescriptor } from './descriptor.js'
import { AF_INET6, decodeSockaddrIn6, encodeIpv6Membership, encodeSockaddrIn6 } from './layouts.js'
import { errno, libc } from './libc.js'
import * as options from './socket-options.js'

const SOCK_RAW = 3
const SOCK_NONBLOCK = 0o4000
const SOCK_CLOEXEC = 0o2000000
const IPPROTO_ICMPV6 = 58

const ROUTER_SOLICITATION = 133
const ROUTER_ADVERTISEMENT = 134

/** Longer messages carry options that nobody here reads, but have to be whole to be judged. */
const longest = 2048

/** A datagram of router discovery (RFC 4861), from its ICMPv6 header on. */
export interface ReceivedDiscovery {
  readonly interfaceIndex: number
  readonly source: Ipv6
  readonly octets: Uint8Array
}

/** Hears and sends router solicitations and advertisements on any number of interfaces; never blocks. */
export interface RouterDiscoverySocket {
  /**
   * Hears solicitations on this interface from now on: joins ff02::2, all routers, there. Again after each time that
   * the interface was made anew. Answers why not, in words.
   */
  join(interfaceIndex: number): string | undefined
  /** Answers why it could not be sent, in words. */
  send(interfaceIndex: number, to: Ipv6, octets: Uint8Array): string | undefined
  /** The next one that has arrived, its hop limit and checksum verified; undefined when there is none. */
  receive(): ReceivedDiscovery | undefined
  close(): void
}

/** @throws OsError where the privilege for raw sockets is missing */
export function openRouterDiscoverySocket(allRouters: Ipv6): RouterDiscoverySocket {
  const type = SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC
  const socket = openDescriptor(AF_INET6, type, IPPROTO_ICMPV6, { do: 'hear-routers' })
  try {
    prepare(socket)
  } catch (error) {
    closeDescriptor(socket)
    throw error
  }
  const buffer = Buffer.alloc(longest)
  const from = Buffer.alloc(128)
  return {
    join: (interfaceIndex) => {
      const membership = encodeIpv6Membership(allRouters, interfaceIndex)
      const { level, number } = options.IPV6_JOIN_GROUP
      if (libc.setsockopt(socket, level, number, membership, membership.length) === 0) return undefined
      const { code, text } = errno()
      return code === 'EADDRINUSE' ? undefined : text
    },
    send: (interfaceIndex, to, octets) => {
      const address = encodeSockaddrIn6(to, interfaceIndex)
      const sent = libc.sendto(socket, octets, octets.length, 0, address, address.length)
      return sent === -1 ? errno().text : undefined
    },
    receive: () => {
      const length: [number] = [from.length]
      const size = libc.recvfrom(socket, buffer, buffer.length, 0, from, length)
      if (size === -1) return undefined
      const { address, scopeId } = decodeSockaddrIn6(from)
      return { interfaceIndex: scopeId, source: address, octets: Uint8Array.from(buffer.subarray(0, size)) }
    },
    close: () => closeDescriptor(socket),
  }
}

function prepare(socket: Descriptor): void {
  options.setOption(socket, options.ICMP6_FILTER, onlyRouterDiscovery())
  // RFC 4861 §6.1: whatever has passed a router is not of this link.
  options.setOption(socket, options.ttl[6], 255)
  options.setOption(socket, options.IPV6_MULTICAST_HOPS, 255)
  options.setOption(socket, options.IPV6_MULTICAST_LOOP, 0)
  options.attachFilter(socket, arrivedWithHopLimit255)
}

/** struct icmp6_filter (RFC 3542 §3.2): a bit for each type, set where it is to be dropped. */
function onlyRouterDiscovery(): Uint8Array {
  const words = new Uint32Array(8).fill(0xffffffff)
  for (const type of [ROUTER_SOLICITATION, ROUTER_ADVERTISEMENT]) {
    const word = type >>> 5
    words[word] = (words[word] ?? 0) & ~(1 << (type & 31))
  }
  return new Uint8Array(words.buffer)
}

/** Classic BPF; SKF_NET_OFF reaches the IPv6 header, whose octet 7 is the hop limit (<linux/filter.h>). */
const SKF_NET_OFF = -0x100000
const arrivedWithHopLimit255: readonly options.BpfInstruction[] = [
  { code: 0x30, jt: 0, jf: 0, k: SKF_NET_OFF + 7 },
  { code: 0x15, jt: 0, jf: 1, k: 255 },
  { code: 0x06, jt: 0, jf: 0, k: 0xffff },
  { code: 0x06, jt: 0, jf: 0, k: 0 },
]
