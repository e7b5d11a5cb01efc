import { type Endpoint, formatEndpoint } from '../../net/endpoint.js'
import type { Ip } from '../../net/ip.js'
import { type IpVersion, isHost, type Prefix } from '../../net/prefix.js'
import type { ErrorNumber } from './os-error.js'
import type { Privilege } from './privileges.js'

/** What herald wanted of the kernel, in its own terms. */
export type Attempt =
  | { readonly do: 'open-socket'; readonly version: IpVersion }
  | { readonly do: 'listen'; readonly on: Endpoint }
  | { readonly do: 'serve'; readonly on: Endpoint }
  | { readonly do: 'use-local-address'; readonly address: Ip }
  | { readonly do: 'use-interface'; readonly interface: string }
  | { readonly do: 'set-key'; readonly peers: Prefix }
  | { readonly do: 'hear-routers' }
  | { readonly do: 'hear-frames' }
  | { readonly do: 'watch-links' }
  | { readonly do: 'open-descriptor' }
  | { readonly do: 'set-option'; readonly option: string }

export interface Explanation {
  /** Completes "cannot …". */
  readonly what: string
  readonly problem: string
  /** An instruction. */
  readonly remedy?: string
}

/** The words for a failure: missing privileges and kernel features by name, anything else as the system words it. */
export function explain(attempt: Attempt, error: ErrorNumber): Explanation {
  const what = inWords(attempt)
  const known = explanations(attempt)[error.code] ?? everywhere[error.code]
  return { what, ...(known ?? { problem: `${error.text} (${error.code})` }) }
}

type Known = Readonly<Record<string, { readonly problem: string; readonly remedy?: string }>>

const everywhere: Known = {
  EMFILE: {
    problem: 'this process has no file descriptors left',
    remedy: 'raise its limit (ulimit -n, or LimitNOFILE= in the systemd unit)',
  },
  ENFILE: { problem: 'this host has no file descriptors left', remedy: 'raise the sysctl fs.file-max' },
}

function inWords(attempt: Attempt): string {
  switch (attempt.do) {
    case 'open-socket':
      return `open an IPv${attempt.version} socket`
    case 'listen':
      return `listen on ${formatEndpoint(attempt.on)}`
    case 'serve':
      return `serve HTTP on ${formatEndpoint(attempt.on)}`
    case 'use-local-address':
      return `use ${attempt.address} as local address`
    case 'use-interface':
      return `use the interface ${attempt.interface}`
    case 'set-key':
      return `set the TCP MD5 key for ${attempt.peers}`
    case 'hear-routers':
      return 'hear and send router advertisements'
    case 'hear-frames':
      return 'answer ARP and NDP'
    case 'watch-links':
      return 'follow the interfaces of this host'
    case 'open-descriptor':
      return 'open a file descriptor'
    case 'set-option':
      return `set ${attempt.option}`
  }
}

function explanations(attempt: Attempt): Known {
  switch (attempt.do) {
    case 'open-socket':
      return {
        EAFNOSUPPORT: {
          problem: `this kernel has no IPv${attempt.version}`,
          remedy: `leave out IPv${attempt.version} addresses, or boot without ipv6.disable=1`,
        },
      }
    case 'listen':
      return {
        EACCES: needs('CAP_NET_BIND_SERVICE'),
        EPERM: needs('CAP_NET_BIND_SERVICE'),
        EADDRINUSE: {
          problem: `port ${attempt.on.port} is in use, perhaps by another BGP speaker`,
          remedy: `find it with: ss -ltnp 'sport = :${attempt.on.port}'`,
        },
        EADDRNOTAVAIL: notOurs(attempt.on.address),
      }
    case 'serve':
      return {
        EACCES: needs('CAP_NET_BIND_SERVICE'),
        EADDRINUSE: {
          problem: `port ${attempt.on.port} is in use`,
          remedy: `find who has it with: ss -ltnp 'sport = :${attempt.on.port}', or set http.listen`,
        },
        EADDRNOTAVAIL: notOurs(attempt.on.address),
      }
    case 'use-local-address':
      return {
        EADDRNOTAVAIL: notOurs(attempt.address),
        EADDRINUSE: { problem: 'all its local ports are in use' },
        EINVAL: {
          problem: 'a link-local address means nothing without an interface',
          remedy: 'set `interface` for this peer',
        },
      }
    case 'use-interface':
      return {
        ENODEV: { problem: 'there is none of that name', remedy: 'list them with: ip -brief link' },
        // Up to Linux 5.6 binding to a device was for the privileged alone.
        EPERM: needs('CAP_NET_RAW'),
      }
    case 'set-key':
      return {
        ENOPROTOOPT: {
          problem: isHost(attempt.peers)
            ? 'this kernel is built without CONFIG_TCP_MD5SIG'
            : 'this kernel has no TCP MD5 keys for ranges (CONFIG_TCP_MD5SIG, Linux 4.14)',
          remedy: 'use a kernel that has it, or take the password out on both sides',
        },
        ENOMEM: { problem: 'too many keys for one socket', remedy: 'raise the sysctl net.core.optmem_max' },
        EINVAL: { problem: 'a key has 1 to 80 octets' },
        EPERM: needs('CAP_NET_ADMIN'),
      }
    case 'hear-routers':
      return {
        EPERM: needs('CAP_NET_RAW'),
        EAFNOSUPPORT: {
          problem: 'this kernel has no IPv6',
          remedy: 'boot without ipv6.disable=1, or give the peer an address',
        },
      }
    case 'hear-frames':
      return {
        EPERM: needs('CAP_NET_RAW'),
        EAFNOSUPPORT: {
          problem: 'this kernel has no packet sockets (CONFIG_PACKET)',
          remedy: 'load the module af_packet, or take `l2` out',
        },
        ENODEV: { problem: 'the interface is gone' },
      }
    case 'watch-links':
    case 'open-descriptor':
      return {}
    case 'set-option':
      return { EPERM: needs('CAP_NET_ADMIN'), ENOPROTOOPT: { problem: 'this kernel does not have it' } }
  }
}

/** What herald as a whole may need, at once: setcap takes away what it does not name. */
const ALL = ['cap_net_bind_service', 'cap_net_raw']

function needs(capability: Privilege) {
  const granted = [...new Set([...ALL, capability.toLowerCase()])].join(',')
  return {
    problem: `needs ${capability}`,
    remedy:
      `grant it with: setcap ${granted}+ep ${process.execPath}` +
      ` (or AmbientCapabilities=${capability} in the systemd unit, or run as root)`,
  }
}

function notOurs(address: Ip) {
  return { problem: `${address} is not an address of this host`, remedy: 'list them with: ip -brief address' }
}
