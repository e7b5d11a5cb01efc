import { endianness } from 'node:os'
import type { Endpoint } from '../../net/endpoint.js'
import { isIpv4, octetsOf } from '../../net/ip.js'
import { addressOf, isHost, lengthOf, type Prefix } from '../../net/prefix.js'

/** <sys/socket.h>; the same on every architecture that Linux runs Node on. */
export const AF_UNIX = 1
export const AF_INET = 2
export const AF_INET6 = 10

const littleEndian = endianness() === 'LE'

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

/** An int as the kernel reads it. */
export function encodeInt(value: number): Uint8Array {
  const octets = new Uint8Array(4)
  new DataView(octets.buffer).setInt32(0, value, littleEndian)
  return octets
}

export function decodeInt(octets: Uint8Array): number {
  return new DataView(octets.buffer, octets.byteOffset).getInt32(0, littleEndian)
}
