import { formatEndpoint } from '../../net/endpoint.js'
import type { Ip } from '../../net/ip.js'
import type { OsError } from '../os/os-error.js'
import type { DialFailure, DialFailureCause, DialOptions } from './transport.js'

/** What the socket could not be prepared for. */
export function failureOfPreparing(error: OsError): DialFailure {
  return { because: preparingCauses[error.code] ?? 'failed', text: error.message }
}

const preparingCauses: Readonly<Record<string, DialFailureCause>> = {
  EADDRNOTAVAIL: 'address-not-available',
  ENODEV: 'no-interface',
  EACCES: 'not-permitted',
  EPERM: 'not-permitted',
  EAFNOSUPPORT: 'unsupported',
  ENOPROTOOPT: 'unsupported',
}

/** What connect(2) came back with. */
export function failureOfConnecting(options: DialOptions, error: NodeJS.ErrnoException): DialFailure {
  const { address } = options.remote
  const remote = formatEndpoint(options.remote)
  switch (error.code) {
    case 'ECONNREFUSED':
    case 'ECONNRESET':
      return {
        because: 'refused',
        text: `${remote} refuses the connection: nobody listens there, or not for this peer`,
      }
    case 'ETIMEDOUT':
      return noAnswer(options)
    case 'EHOSTUNREACH':
      return {
        because: 'no-route',
        text: `${address} does not answer on its link, or is behind a router that cannot reach it`,
      }
    case 'ENETUNREACH':
      return { because: 'network-unreachable', text: `no route to ${address}; see: ip route get ${address}` }
    case 'EADDRNOTAVAIL':
      return {
        because: 'address-not-available',
        text: `this host has no address from which to reach ${address}`,
      }
    case 'EACCES':
    case 'EPERM':
      return {
        because: 'not-permitted',
        text: `a firewall rule or route of this host forbids connecting to ${remote}`,
      }
    default:
      return { because: 'failed', text: `cannot connect to ${remote}: ${error.message}` }
  }
}

/** A link-local address is on every link: Node 20 asks for the interface, later versions take one. */
export function whichLink(address: Ip): DialFailure {
  return { because: 'no-interface', text: `${address} is link-local; name its interface` }
}

/** Silence has many causes; these are the ones that the user's own settings make likely. */
export function noAnswer({ remote, timeoutMs, key, ttl, ttlSecurityHops }: DialOptions): DialFailure {
  const likely = [
    key === undefined
      ? 'a filter, or a TCP MD5 key that only the other side has'
      : 'a TCP MD5 key that differs, or that the other side lacks',
    ...(ttlSecurityHops === undefined ? [] : [`more hops than ttlSecurity allows (${ttlSecurityHops})`]),
    ...(ttlSecurityHops === undefined && ttl < 64
      ? [`more hops than the TTL of ${ttl} allows (ebgpMultihop)`]
      : []),
  ]
  return {
    because: 'timed-out',
    text: `no answer from ${formatEndpoint(remote)} within ${timeoutMs / 1000} s: ${likely.join(', or ')}`,
  }
}

/**
 * Dialling an unused port of this host can meet itself: the kernel picks that very port for our end, and TCP's
 * simultaneous open makes a connection of one socket.
 */
export function metItself({ remote }: DialOptions): DialFailure {
  return { because: 'refused', text: `nobody listens on ${formatEndpoint(remote)}, which is this host` }
}
