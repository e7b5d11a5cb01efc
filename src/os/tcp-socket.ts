import type { Endpoint } from '../../net/endpoint.js'
import type { Ip } from '../../net/ip.js'
import { hostPrefix, type IpVersion, ipVersionOf, isHost, type Prefix, versionOf } from '../../net/prefix.js'
import type { Secret } from '../../net/secret.js'
import { checked, closeDescriptor, type Descriptor, openDescriptor } from './descriptor.js'
import type { Attempt } from './explain.js'
import { AF_INET, AF_INET6, encodeSockaddr, encodeTcpMd5sig, longestKey } from './layouts.js'
import { libc } from './libc.js'
import { OsError } from './os-error.js'
import * as options from './socket-options.js'

const SOCK_STREAM = 1
const SOCK_NONBLOCK = 0o4000
const SOCK_CLOEXEC = 0o2000000

/** CS6, "network control" (RFC 2474 §4.2.2, RFC 4594 §3.1), in the six high bits of the octet. */
const networkControl = 48 << 2

/** What waits to be accepted; the kernel caps it at net.core.somaxconn. */
export const backlog = 128

/** IFNAMSIZ less its NUL. */
const longestInterfaceName = 15

/** 1–255; without a minimum, packets may have come any number of hops. */
export interface TtlRules {
  readonly sent: number
  readonly minimum?: number
}

export interface OutgoingSocket {
  readonly remote: Ip
  readonly ttl: TtlRules
  readonly localAddress?: Ip
  readonly interface?: string
  readonly key?: Secret
}

export interface ListeningSocket {
  readonly on: Endpoint
  readonly keys: readonly { readonly peers: Prefix; readonly key: Secret }[]
}

/** A socket ready for connect(2), owned by the caller. @throws OsError, and then nothing is left open. */
export function openOutgoingSocket(wanted: OutgoingSocket): Descriptor {
  const version = ipVersionOf(wanted.remote)
  return openTcpSocket(version, (socket) => {
    options.setOption(socket, options.trafficClass[version], networkControl)
    setTtl(socket, version, wanted.ttl)
    // Before the address: bind(2) of a link-local one wants to know the interface.
    if (wanted.interface !== undefined) useInterface(socket, wanted.interface)
    if (wanted.key !== undefined) setKey(socket, hostPrefix(wanted.remote), wanted.key)
    if (wanted.localAddress !== undefined) useLocalAddress(socket, wanted.localAddress)
  })
}

/** A socket that accepts whatever is no BGP, owned by the caller. @throws OsError, and then nothing is left open. */
export function openServiceSocket(on: Endpoint): Descriptor {
  const version = ipVersionOf(on.address)
  return openTcpSocket(version, (socket) => {
    options.setOption(socket, options.SO_REUSEADDR, 1)
    if (version === 6) options.setOption(socket, options.IPV6_V6ONLY, 1)
    bind(socket, on, { do: 'serve', on })
    checked(libc.listen(socket, backlog), 'listen', { do: 'serve', on })
  })
}

/** A socket that accepts, owned by the caller. @throws OsError, and then nothing is left open. */
export function openListeningSocket({ on, keys }: ListeningSocket): Descriptor {
  const version = ipVersionOf(on.address)
  return openTcpSocket(version, (socket) => {
    options.setOption(socket, options.SO_REUSEADDR, 1)
    // So that 0.0.0.0 and :: can have the same port, and IPv4 peers are never IPv4-mapped.
    if (version === 6) options.setOption(socket, options.IPV6_V6ONLY, 1)
    options.setOption(socket, options.trafficClass[version], networkControl)
    // The SYN-ACK is sent with the listener's TTL: a peer with GTSM drops it below 255, nobody else minds.
    setTtl(socket, version, { sent: 255 })
    options.setOption(socket, options.TCP_SAVE_SYN, 1)
    for (const { peers, key } of keys) {
      if (versionOf(peers) === version) setKey(socket, peers, key)
    }
    bind(socket, on, { do: 'listen', on })
    checked(libc.listen(socket, backlog), 'listen', { do: 'listen', on })
  })
}

/**
 * Sets or replaces the TCP MD5 key (RFC 2385) for a peer or a range of them. On a live connection the next segment
 * uses it. @throws OsError
 */
export function setKey(socket: Descriptor, peers: Prefix, key: Secret): void {
  const octets = new TextEncoder().encode(key.reveal())
  // To the kernel an empty key means removal: such a session would run without authentication.
  if (octets.length === 0 || octets.length > longestKey) {
    throw new OsError({ do: 'set-key', peers }, 'setsockopt', { code: 'EINVAL', text: 'Invalid argument' })
  }
  putKey(socket, peers, octets)
}

/** Does nothing when there is none. @throws OsError */
export function removeKey(socket: Descriptor, peers: Prefix): void {
  try {
    putKey(socket, peers, new Uint8Array())
  } catch (error) {
    if (!(error instanceof OsError && error.code === 'ENOENT')) throw error
  }
}

/** @throws OsError */
export function setTtl(socket: Descriptor, version: IpVersion, { sent, minimum = 0 }: TtlRules): void {
  options.setOption(socket, options.ttl[version], sent)
  options.setOption(socket, options.minimumTtl[version], minimum)
}

/** The TTL that the SYN of an accepted connection arrived with; asking frees it, so it can be asked once. */
export function arrivedTtl(socket: Descriptor): number | undefined {
  // The whole IP and TCP headers, of which the TTL is early: octet 8 in IPv4, the hop limit 7 in IPv6.
  const headers = options.getOption(socket, options.TCP_SAVED_SYN, 512)
  return (headers[0] ?? 0) >>> 4 === 4 ? headers[8] : headers[7]
}

function openTcpSocket(version: IpVersion, prepare: (socket: Descriptor) => void): Descriptor {
  const domain = version === 4 ? AF_INET : AF_INET6
  const type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC
  const socket = openDescriptor(domain, type, 0, { do: 'open-socket', version })
  try {
    prepare(socket)
    return socket
  } catch (error) {
    closeDescriptor(socket)
    throw error
  }
}

function useInterface(socket: Descriptor, name: string): void {
  const octets = new TextEncoder().encode(name)
  const attempt: Attempt = { do: 'use-interface', interface: name }
  // To the kernel an empty name means any interface, and a longer one is cut.
  if (octets.length === 0 || octets.length > longestInterfaceName) {
    throw new OsError(attempt, 'setsockopt', { code: 'ENODEV', text: 'No such device' })
  }
  options.setOption(socket, options.SO_BINDTODEVICE, octets, attempt)
}

function useLocalAddress(socket: Descriptor, address: Ip): void {
  bind(socket, { address, port: 0 }, { do: 'use-local-address', address })
}

function bind(socket: Descriptor, to: Endpoint, attempt: Attempt): void {
  const address = encodeSockaddr(to)
  checked(libc.bind(socket, address, address.length), 'bind', attempt)
}

function putKey(socket: Descriptor, peers: Prefix, key: Uint8Array): void {
  // Older than the _EXT form, so it works on every kernel.
  const option = isHost(peers) ? options.TCP_MD5SIG : options.TCP_MD5SIG_EXT
  const value = encodeTcpMd5sig(peers, key)
  try {
    options.setOption(socket, option, value, { do: 'set-key', peers })
  } finally {
    key.fill(0)
    value.fill(0)
  }
}
