import { hexOf, printable } from '../net/printable.js'
import type { Capability, GracefulRestartCapability } from './capability.js'
import { type AfiSafi, formatAfiSafi } from './family.js'

/** One line for people: 'multiprotocol ipv4/unicast', 'four-octet AS 65001', 'graceful restart 120 s: ipv4/unicast'. */
export function describeCapability(capability: Capability): string {
  const { name, value } = capabilityWords(capability)
  return value === undefined ? name : `${name} ${value}`
}

/** What two speakers may both have, and what one of them says with it: the name is the same for both. */
export interface CapabilityWords {
  readonly name: string
  readonly value?: string
}

export function capabilityWords(capability: Capability): CapabilityWords {
  switch (capability.kind) {
    case 'multiprotocol':
      return { name: `multiprotocol ${formatAfiSafi(capability.family)}` }
    case 'route-refresh':
      return { name: 'route refresh' }
    case 'extended-next-hop':
      return list('extended next hop', capability.tuples, ({ nlri, nextHopAfi }) => {
        return `${formatAfiSafi(nlri)} via AFI ${nextHopAfi}`
      })
    case 'extended-message':
      return { name: 'extended message' }
    case 'role':
      return { name: 'role', value: roles[capability.role] ?? String(capability.role) }
    case 'graceful-restart':
      return { name: 'graceful restart', value: gracefulRestart(capability) }
    case 'four-octet-as':
      return { name: 'four-octet AS', value: String(capability.as) }
    case 'add-path':
      return list('ADD-PATH', capability.families, ({ family, mode }) => {
        return `${formatAfiSafi(family)} ${addPathModes[mode] ?? `mode ${mode}`}`
      })
    case 'enhanced-route-refresh':
      return { name: 'enhanced route refresh' }
    case 'long-lived-graceful-restart':
      return list('long-lived graceful restart', capability.families, (row) => {
        return `${preserved(row)} ${row.staleTimeSeconds} s`
      })
    case 'fqdn': {
      const value = printable([capability.hostname, capability.domain].filter(Boolean).join('.'))
      return { name: 'hostname', value }
    }
    case 'unknown':
      return unknownWords(capability.code, capability.value)
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

function unknownWords(code: number, value: Uint8Array): CapabilityWords {
  const known = otherNames.get(code)
  const name = known === undefined ? `capability ${code}` : `${known} (${code})`
  return value.length === 0 ? { name } : { name, value: hexOf(value) }
}

/** RFC 4724 §3: without a family the speaker keeps the routes of the others, and asks them for nothing. */
function gracefulRestart({
  restartTimeSeconds,
  restarted,
  notification,
  families,
}: GracefulRestartCapability): string {
  const words = [
    ...(families.length === 0 ? ['as helper only'] : []),
    ...(families.length > 0 || restartTimeSeconds > 0 ? [`${restartTimeSeconds} s`] : []),
    ...(restarted ? ['restarted'] : []),
    ...(notification ? ['NOTIFICATION support'] : []),
  ].join(', ')
  return families.length === 0 ? words : `${words}: ${families.map(preserved).join('; ')}`
}

function preserved(row: { readonly family: AfiSafi; readonly forwardingPreserved: boolean }): string {
  return `${formatAfiSafi(row.family)}${row.forwardingPreserved ? ' (forwarding preserved)' : ''}`
}

function list<T>(name: string, items: readonly T[], describe: (item: T) => string): CapabilityWords {
  return items.length === 0 ? { name } : { name, value: items.map(describe).join('; ') }
}
