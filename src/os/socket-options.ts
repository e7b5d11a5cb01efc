import type { IpVersion } from '../../net/prefix.js'
import { checked, type Descriptor } from './descriptor.js'
import type { Attempt } from './explain.js'
import { decodeInt, encodeFilter, encodeInt } from './layouts.js'
import { libc, sizeofSockFprog } from './libc.js'

/** A socket option by its numbers in the kernel's headers (asm-generic, linux/in.h, linux/in6.h, linux/tcp.h). */
export interface SocketOption {
  readonly name: string
  readonly level: number
  readonly number: number
}

const SOL_SOCKET = 1
const IPPROTO_IP = 0
const IPPROTO_TCP = 6
const IPPROTO_IPV6 = 41
const IPPROTO_ICMPV6 = 58
const SOL_PACKET = 263

export const SO_REUSEADDR = option('SO_REUSEADDR', SOL_SOCKET, 2)
export const SO_BINDTODEVICE = option('SO_BINDTODEVICE', SOL_SOCKET, 25)
export const IPV6_V6ONLY = option('IPV6_V6ONLY', IPPROTO_IPV6, 26)
export const IPV6_JOIN_GROUP = option('IPV6_JOIN_GROUP', IPPROTO_IPV6, 20)
export const IPV6_MULTICAST_HOPS = option('IPV6_MULTICAST_HOPS', IPPROTO_IPV6, 18)
export const IPV6_MULTICAST_LOOP = option('IPV6_MULTICAST_LOOP', IPPROTO_IPV6, 19)
export const ICMP6_FILTER = option('ICMP6_FILTER', IPPROTO_ICMPV6, 1)
export const IPV6_LEAVE_GROUP = option('IPV6_LEAVE_GROUP', IPPROTO_IPV6, 21)
export const IPV6_FREEBIND = option('IPV6_FREEBIND', IPPROTO_IPV6, 78)
export const IP_ADD_MEMBERSHIP = option('IP_ADD_MEMBERSHIP', IPPROTO_IP, 35)
export const IP_DROP_MEMBERSHIP = option('IP_DROP_MEMBERSHIP', IPPROTO_IP, 36)
export const SO_RCVBUF = option('SO_RCVBUF', SOL_SOCKET, 8)
export const SO_RCVBUFFORCE = option('SO_RCVBUFFORCE', SOL_SOCKET, 33)
export const SO_LOCK_FILTER = option('SO_LOCK_FILTER', SOL_SOCKET, 44)
export const PACKET_ADD_MEMBERSHIP = option('PACKET_ADD_MEMBERSHIP', SOL_PACKET, 1)
export const PACKET_DROP_MEMBERSHIP = option('PACKET_DROP_MEMBERSHIP', SOL_PACKET, 2)
export const PACKET_STATISTICS = option('PACKET_STATISTICS', SOL_PACKET, 6)
const SO_ATTACH_FILTER = option('SO_ATTACH_FILTER', SOL_SOCKET, 26)
export const TCP_MD5SIG = option('TCP_MD5SIG', IPPROTO_TCP, 14)
export const TCP_MD5SIG_EXT = option('TCP_MD5SIG_EXT', IPPROTO_TCP, 32)
export const TCP_SAVE_SYN = option('TCP_SAVE_SYN', IPPROTO_TCP, 27)
export const TCP_SAVED_SYN = option('TCP_SAVED_SYN', IPPROTO_TCP, 28)

/** The same thing under the name that each IP version has for it. */
export const ttl: Readonly<Record<IpVersion, SocketOption>> = {
  4: option('IP_TTL', IPPROTO_IP, 2),
  6: option('IPV6_UNICAST_HOPS', IPPROTO_IPV6, 16),
}
export const minimumTtl: Readonly<Record<IpVersion, SocketOption>> = {
  4: option('IP_MINTTL', IPPROTO_IP, 21),
  6: option('IPV6_MINHOPCOUNT', IPPROTO_IPV6, 73),
}
export const trafficClass: Readonly<Record<IpVersion, SocketOption>> = {
  4: option('IP_TOS', IPPROTO_IP, 1),
  6: option('IPV6_TCLASS', IPPROTO_IPV6, 67),
}

/** @throws OsError */
export function setOption(
  descriptor: Descriptor,
  { name, level, number }: SocketOption,
  value: number | Uint8Array,
  attempt: Attempt = { do: 'set-option', option: name },
): void {
  const octets = typeof value === 'number' ? encodeInt(value) : value
  checked(libc.setsockopt(descriptor, level, number, octets, octets.length), 'setsockopt', attempt)
}

/** @throws OsError */
export function getIntOption(descriptor: Descriptor, option: SocketOption): number {
  return decodeInt(getOption(descriptor, option, 4))
}

/** struct sock_filter (<linux/filter.h>); `k` is unsigned to the kernel, offsets to its ancillary data are negative. */
export interface BpfInstruction {
  readonly code: number
  readonly jt: number
  readonly jf: number
  readonly k: number
}

/** Classic BPF: what it does not accept, this socket never gets. @throws OsError */
export function attachFilter(descriptor: Descriptor, program: readonly BpfInstruction[]): void {
  const filter = encodeFilter(program)
  const { name, level, number } = SO_ATTACH_FILTER
  const fprog = { len: program.length, filter }
  const attempt: Attempt = { do: 'set-option', option: name }
  checked(libc.attachFilter(descriptor, level, number, fprog, sizeofSockFprog), 'setsockopt', attempt)
}

/** At most `size` octets of it. @throws OsError */
export function getOption(
  descriptor: Descriptor,
  { name, level, number }: SocketOption,
  size: number,
): Uint8Array {
  const octets = new Uint8Array(size)
  const length: [number] = [size]
  const attempt: Attempt = { do: 'set-option', option: name }
  checked(libc.getsockopt(descriptor, level, number, octets, length), 'getsockopt', attempt)
  return octets.subarray(0, length[0])
}

function option(name: string, level: number, number: number): SocketOption {
  return { name, level, number }
}
