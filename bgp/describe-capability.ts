import { hexOf, printable } from '../net/printable.js'
import type { Capability, GracefulRestartCapability } from './capability.js'
import { type AfiSafi, formatAfiSafi } from './family.js'

/** One line for people: 'multiprotocol ipv4/unicast', 'four-octet AS 65001', 'graceful restart 120 s'. */
export function describeCapability(capability: Capability): string {
  switch (capability.kind) {
    case 'multiprotocol':
      return `multiprotocol ${formatAfiSafi(capability.family)}`
    case 'route-refresh':
      return 'route refresh'
    case 'extended-next-hop':
      return list('extended next hop', capability.tuples, ({ nlri, nextHopAfi }) => {
        return `${formatAfiSafi(nlri)} via AFI ${nextHopAfi}`
      })
    case 'extended-message':
      return 'extended message'
    case 'role':
      return `role ${roles[capability.role] ?? capability.role}`
    case 'graceful-restart':
      return describeGracefulRestart(capability)
    case 'four-octet-as':
      return `four-octet AS ${capability.as}`
    case 'add-path':
      return list('ADD-PATH', capability.families, ({ family, mode }) => {
        return `${formatAfiSafi(family)} ${addPathModes[mode] ?? `mode ${mode}`}`
      })
    case 'enhanced-route-refresh':
      return 'enhanced route refresh'
    case 'long-lived-graceful-restart':
      return list('long-lived graceful restart', capability.families, (row) => {
        return `${preserved(row)} ${row.staleTimeSeconds} s`
      })
    case 'fqdn':
      return `hostname ${printable([capability.hostname, capability.domain].filter(Boolean).join('.'))}`
    case 'unknown':
      return describeUnknown(capability.code, capability.value)
  }
}

/** RFC 9234 §4.1; the index is the value on the wire. */
const roles = ['provider', 'route server', 'route server client', 'customer', 'peer']

/** RFC 7911 §4. */
const addPathModes = [undefined, 'receive', 'send', 'send and receive']

/** Codes that peers offer and herald does nothing with, from the IANA registry. */
const otherNames: ReadonlyMap<number, string> = new Map([
  [3, 'outbound route filtering'],
  [4, 'multiple routes to a destination'],
  [7, 'BGPsec'],
  [8, 'multiple labels'],
  [66, 'dynamic capability (old)'],
  [67, 'dynamic capability'],
  [68, 'multisession'],
  [72, 'routing policy distribution'],
  [75, 'software version'],
  [76, 'paths limit'],
  [128, 'route refresh (Cisco)'],
  [131, 'multisession (Cisco)'],
])

function describeUnknown(code: number, value: Uint8Array): string {
  const name = otherNames.get(code)
  const head = name === undefined ? `capability ${code}` : `${name} (${code})`
  return value.length === 0 ? head : `${head}: ${hexOf(value)}`
}

function describeGracefulRestart(capability: GracefulRestartCapability): string {
  const flags = [
    `graceful restart ${capability.restartTimeSeconds} s`,
    ...(capability.restarted ? ['restarted'] : []),
    ...(capability.notification ? ['NOTIFICATION support'] : []),
  ].join(', ')
  return list(flags, capability.families, preserved)
}

function preserved(row: { readonly family: AfiSafi; readonly forwardingPreserved: boolean }): string {
  return `${formatAfiSafi(row.family)}${row.forwardingPreserved ? ' (forwarding preserved)' : ''}`
}

function list<T>(head: string, items: readonly T[], describe: (item: T) => string): string {
  return items.length === 0 ? head : `${head}: ${items.map(describe).join('; ')}`
}
