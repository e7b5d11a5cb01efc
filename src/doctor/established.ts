import { describeNotification } from '../../bgp/notification.js'
import type { Diagnosis } from '../control/api/doctor.js'
import { noPolicy } from '../explain/beyond.js'
import type { PeerView, SessionView } from '../speaker/peer-view.js'
import { certain, likely, possible } from './diagnosis.js'

/** Seconds within which sessions that end are one trouble. */
const RECENT = 600

/** What a session that is up still lacks. */
export function whyIncomplete(peer: PeerView, session: SessionView): readonly Diagnosis[] {
  return [
    ...missingFamilies(peer, session),
    ...missingNextHops(peer, session),
    ...flapping(peer),
    ...reduction(peer),
    ...acceptance(peer, session),
  ]
}

function missingFamilies({ settings, reduced }: PeerView, { negotiated }: SessionView): readonly Diagnosis[] {
  // With fewer capabilities it is not the router's configuration that leaves a family out.
  if (reduced !== undefined) return []
  const { name, families } = settings
  return families
    .filter((family) => !negotiated.families.includes(family))
    .map((family) =>
      certain('family-missing', `${name} does not speak ${family} with this node`, {
        here: `or leave ${family} out of \`families\` of ${name}`,
        there: `activate ${family} for this neighbour, if it is wanted`,
      }),
    )
}

function missingNextHops(
  { settings: { name } }: PeerView,
  { negotiated, target, outbox }: SessionView,
): readonly Diagnosis[] {
  const { ipv4, ipv6, linkLocal } = target.nextHops
  const { extendedNextHop } = negotiated
  // Nobody misses a next hop for prefixes that there are not.
  const families = negotiated.families.filter((family) => (outbox.position(family)?.ribOut.wanted ?? 0) > 0)
  const diagnoses: Diagnosis[] = []
  if (families.includes('ipv6/unicast') && ipv6 === undefined && linkLocal === undefined) {
    const text = `no IPv6 prefix goes to ${name}: the interface of this session has no global IPv6 address to be their next hop`
    diagnoses.push(
      certain('next-hop-missing', text, { here: `give it one, or set \`nextHop.ipv6\` of ${name}` }),
    )
  }
  if (families.includes('ipv4/unicast') && ipv4 === undefined && !extendedNextHop.includes('ipv4/unicast')) {
    const text = `no IPv4 prefix goes to ${name}: the interface of this session has no IPv4 address to be their next hop, and ${name} takes no IPv6 one (RFC 8950)`
    diagnoses.push(
      certain('next-hop-missing', text, {
        here: `give it one, or set \`nextHop.ipv4\` of ${name}`,
        there: 'or let it offer the capability extended-nexthop',
      }),
    )
  }
  return diagnoses
}

function flapping({ settings: { name }, record }: PeerView): readonly Diagnosis[] {
  const lost = record
    .endsWithin(RECENT)
    .filter(({ from, kind }) => from === 'Established' && kind !== 'stopped' && kind !== 'replaced')
  const last = lost.at(-1)
  if (last === undefined || lost.length < 2) return []
  const why = last.notification === undefined ? last.text : describeNotification(last.notification)
  return [
    likely(
      'flapping',
      `${lost.length} sessions with ${name} ended in ${RECENT / 60} minutes, the last: ${why}`,
      {
        here: `herald peers ${name} has the last state changes`,
        there: 'its log says more',
      },
    ),
  ]
}

function reduction({ settings: { name }, reduced }: PeerView): readonly Diagnosis[] {
  if (reduced === undefined) return []
  return [
    certain('capabilities-reduced', `the session with ${name} is up with fewer capabilities: ${reduced}`, {
      here: `after an update of the router: herald reset ${name}`,
      there: 'newer software knows them all',
    }),
  ]
}

/** Nobody can know what a router accepts; one that filters by RFC 8212 sends nothing either, which is a sign. */
function acceptance({ settings: { name }, adjRibIn }: PeerView, session: SessionView): readonly Diagnosis[] {
  const { negotiated, outbox } = session
  const sent = negotiated.families.reduce((sum, family) => sum + outbox.advertised(family), 0)
  if (sent === 0) {
    return [
      possible('nothing-announced', `nothing is announced to ${name}`, {
        here: `if that is not as it should be: herald explain PREFIX ${name}`,
      }),
    ]
  }
  if (!negotiated.external || (adjRibIn?.total ?? 0) > 0) return []
  const text =
    `${name} was sent ${sent === 1 ? '1 prefix' : `${sent} prefixes`} and sends none itself; no router tells whether it accepts them. ${noPolicy(name)}. ` +
    `Else a prefix-list or maximum-prefix there, or a next hop (${hops(session)}) that it cannot reach; not the first AS, which is the one it peers with`
  return [
    possible('nothing-accepted', text, {
      here: `herald explain PREFIX ${name} goes through every gate of this side`,
      there: 'look: show bgp neighbors ADDRESS received-routes, or the log ("filtered", "DENIED")',
    }),
  ]
}

function hops({ target: { nextHops } }: SessionView): string {
  return [nextHops.ipv4, nextHops.ipv6 ?? nextHops.linkLocal].filter((hop) => hop !== undefined).join(', ')
}
