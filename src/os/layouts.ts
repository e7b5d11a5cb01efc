import { endianness } from 'node:os'
import type { Endpoint } from '../../net/endpoint.js'
import { type Ipv4, type Ipv6, ipv6FromOctets, isIpv4, octetsOf } from '../../net/ip.js'
import { addressOf, isHost, lengthOf, type Prefix } from '../../net/prefix.js'

/** <sys/socket.h>; the same on every architecture that Linux runs Node on. */
export const AF_UNIX = 1
export const AF_INET = 2
export const AF_INET6 = 10
export const AF_NETLINK = 16
export const AF_PACKET = 17

export const littleEndian = endianness() === 'LE'

/** struct sockaddr_in and sockaddr_in6 (<netinet/in.h>): the family in host order, the port in network order. */
const sockaddrIn = { size: 16, family: 0, port: 2, address: 4 }
const sockaddrIn6 = { size: 28, family: 0, port: 2, flowInfo: 4, address: 8, scopeId: 24 }

/** struct tcp_md5sig (<linux/tcp.h>); the address is a sockaddr_storage. */
const tcpMd5sig = {
  size: 216,
  address: 0,
  flags: 128,
  prefixLength: 129,
  keyLength: 130,
  interfaceIndex: 132,
  key: 136,
}
const TCP_MD5SIG_FLAG_PREFIX = 1

/** TCP_MD5SIG_MAXKEYLEN. */
export const longestKey = 80

export function encodeSockaddr({ address, port }: Endpoint): Uint8Array {
  const layout = isIpv4(address) ? sockaddrIn : sockaddrIn6
  const octets = new Uint8Array(layout.size)
  const view = new DataView(octets.buffer)
  view.setUint16(layout.family, isIpv4(address) ? AF_INET : AF_INET6, littleEndian)
  view.setUint16(layout.port, port)
  octets.set(octetsOf(address), layout.address)
  return octets
}

/** @param scopeId the interface's number, for a link-local address or group */
export function encodeSockaddrIn6(address: Ipv6, scopeId: number): Uint8Array {
  const octets = encodeSockaddr({ address, port: 0 })
  new DataView(octets.buffer).setUint32(sockaddrIn6.scopeId, scopeId, littleEndian)
  return octets
}

export function decodeSockaddrIn6(octets: Uint8Array): { readonly address: Ipv6; readonly scopeId: number } {
  const view = new DataView(octets.buffer, octets.byteOffset)
  const address = ipv6FromOctets(octets.subarray(sockaddrIn6.address, sockaddrIn6.address + 16))
  return { address, scopeId: view.getUint32(sockaddrIn6.scopeId, littleEndian) }
}

/** struct ipv6_mreq (<linux/in6.h>): the group, then the interface's number. */
export function encodeIpv6Membership(group: Ipv6, interfaceIndex: number): Uint8Array {
  const octets = new Uint8Array(20)
  octets.set(octetsOf(group))
  new DataView(octets.buffer).setInt32(16, interfaceIndex, littleEndian)
  return octets
}

/** struct ip_mreqn (<linux/in.h>): the group, an address that is not looked at, the interface's number. */
export function encodeIpv4Membership(group: Ipv4, interfaceIndex: number): Uint8Array {
  const octets = new Uint8Array(12)
  octets.set(octetsOf(group))
  new DataView(octets.buffer).setInt32(8, interfaceIndex, littleEndian)
  return octets
}

/** struct sockaddr_ll (<linux/if_packet.h>), as far as bind(2) reads it: the EtherType in network order. */
export function encodeSockaddrLl(etherType: number, interfaceIndex: number): Uint8Array {
  const octets = new Uint8Array(20)
  const view = new DataView(octets.buffer)
  view.setUint16(0, AF_PACKET, littleEndian)
  view.setUint16(2, etherType)
  view.setInt32(4, interfaceIndex, littleEndian)
  return octets
}

/** struct packet_mreq (<linux/if_packet.h>). */
export function encodePacketMembership(interfaceIndex: number, type: number): Uint8Array {
  const octets = new Uint8Array(16)
  const view = new DataView(octets.buffer)
  view.setInt32(0, interfaceIndex, littleEndian)
  view.setUint16(4, type, littleEndian)
  return octets
}

/** struct sockaddr_nl (<linux/netlink.h>); the kernel chooses the port. @param groups a bit for each */
export function encodeSockaddrNl(groups: number): Uint8Array {
  const octets = new Uint8Array(12)
  const view = new DataView(octets.buffer)
  view.setUint16(0, AF_NETLINK, littleEndian)
  view.setUint32(8, groups, littleEndian)
  return octets
}

/** struct sockaddr_un (<sys/un.h>): the family, then up to 108 octets of path, with its NUL. */
const sockaddrUn = { path: 2, longest: 107 }

/** A leading `@` stands for the NUL of an abstract name. Undefined when the path is longer than the structure. */
export function encodeSockaddrUn(path: string): Uint8Array | undefined {
  const name = new TextEncoder().encode(path)
  if (name.length > sockaddrUn.longest) return undefined
  const abstract = path.startsWith('@')
  // The length counts for an abstract name, which may hold NULs; a path ends at its own.
  const octets = new Uint8Array(sockaddrUn.path + name.length + (abstract ? 0 : 1))
  new DataView(octets.buffer).setUint16(0, AF_UNIX, littleEndian)
  octets.set(name, sockaddrUn.path)
  if (abstract) octets[sockaddrUn.path] = 0
  return octets
}

/**
 * An empty key removes. The interface index stays 0, which is any: the kernel takes only a VRF there, not the
 * interface of a link-local peer.
 */
export function encodeTcpMd5sig(peers: Prefix, key: Uint8Array): Uint8Array {
  const octets = new Uint8Array(tcpMd5sig.size)
  const view = new DataView(octets.buffer)
  octets.set(encodeSockaddr({ address: addressOf(peers), port: 0 }), tcpMd5sig.address)
  if (!isHost(peers)) {
    octets[tcpMd5sig.flags] = TCP_MD5SIG_FLAG_PREFIX
    octets[tcpMd5sig.prefixLength] = lengthOf(peers)
  }
  view.setUint16(tcpMd5sig.keyLength, key.length, littleEndian)
  octets.set(key, tcpMd5sig.key)
  return octets
}

/** An array of struct sock_filter (<linux/filter.h>): a uint16, two octets, a uint32 each. */
export function encodeFilter(
  program: readonly { readonly code: number; readonly jt: number; readonly jf: number; readonly k: number }[],
): Uint8Array {
  const octets = new Uint8Array(program.length * 8)
  const view = new DataView(octets.buffer)
  program.forEach(({ code, jt, jf, k }, i) => {
    view.setUint16(i * 8, code, littleEndian)
    view.setUint8(i * 8 + 2, jt)
    view.setUint8(i * 8 + 3, jf)
    view.setUint32(i * 8 + 4, k, littleEndian)
  })
  return octets
}

/** An int as the kernel reads it. */
export function encodeInt(value: number): Uint8Array {
  const octets = new Uint8Array(4)
  new DataView(octets.buffer).setInt32(0, value, littleEndian)
  return octets
}

export function decodeInt(octets: Uint8Array): number {
  return new DataView(octets.buffer, octets.byteOffset).getInt32(0, littleEndian)
}

/** _LINUX_CAPABILITY_VERSION_3 (<linux/capability.h>). */
const CAPABILITY_VERSION = 0x20080522

/**
 * What capset(2) takes: struct __user_cap_header_struct for the calling thread, and twice struct __user_cap_data_struct,
 * for capabilities 0 to 31 and 32 to 63: effective, permitted, inheritable, here all alike.
 */
export function encodeCapabilities(bits: readonly number[]): readonly [Uint8Array, Uint8Array] {
  const [header, data] = [new Uint8Array(8), new Uint8Array(24)]
  new DataView(header.buffer).setUint32(0, CAPABILITY_VERSION, littleEndian)
  const view = new DataView(data.buffer)
  for (const half of [0, 1]) {
    const mask = bits.filter((bit) => bit >> 5 === half).reduce((mask, bit) => mask + 2 ** (bit & 31), 0)
    for (const at of [0, 4, 8]) view.setUint32(half * 12 + at, mask, littleEndian)
  }
  return [header, data]
}
