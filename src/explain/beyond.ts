import { formatStandard } from '../../bgp/community.js'
import type { ExportedRoute } from '../../bgp/rib/export.js'
import { lengthOf, type Prefix, versionOf } from '../../net/prefix.js'
import type { PeerView, SessionView } from '../speaker/peer-view.js'

/** What routers on the Internet's edge usually take of an external neighbour at most. */
const usualLongest = { 4: 24, 6: 48 } as const

/**
 * What the other side may do with a route without telling: most likely first. Nothing of BGP says whether a route was
 * accepted.
 */
export function beyond(
  prefix: Prefix,
  route: ExportedRoute,
  { settings }: PeerView,
  { negotiated, outbox }: SessionView,
): readonly string[] {
  const { name } = settings
  const hints: string[] = []
  if (negotiated.external) hints.push(noPolicy(name))
  const longest = usualLongest[versionOf(prefix)]
  if (lengthOf(prefix) > longest) {
    hints.push(
      `a prefix-list on ${name} that stops at /${longest} drops it: it must allow /${lengthOf(prefix)} (le ${lengthOf(prefix)})`,
    )
  }
  hints.push(`${name} uses it only if it can reach the next hop ${route.nextHop}`)
  const sent = negotiated.families.reduce((sum, family) => sum + outbox.advertised(family), 0)
  hints.push(`${name} may have a maximum-prefix limit; this node sends it ${sent}`)
  if (negotiated.external) {
    hints.push(
      `other routers of AS ${negotiated.localAs} behind ${name} drop it as a loop, for their own AS is in its path (allowas-in lets it in)`,
    )
  }
  for (const community of wellKnown(route)) {
    const meaning = meanings[community]
    if (meaning !== undefined) hints.push(`it carries ${community}: ${name} ${meaning}`)
  }
  return hints
}

/** RFC 8212: what FRR since 7.4, IOS XR, OpenBGPD and others do by default. */
export function noPolicy(name: string): string {
  return (
    `${name} may have no import policy for this neighbour, and then accepts nothing (RFC 8212): in FRR ` +
    '`no bgp ebgp-requires-policy`, or a route-map in; in IOS XR a route-policy in'
  )
}

function wellKnown({ attributes }: ExportedRoute): readonly string[] {
  return attributes.flatMap((attribute) =>
    attribute.kind === 'communities' ? attribute.communities.map(formatStandard) : [],
  )
}

const meanings: Readonly<Record<string, string>> = {
  'no-export': 'tells it to no other AS',
  'no-advertise': 'tells it to nobody',
  'no-export-subconfed': 'tells it to no external neighbour',
  blackhole: 'throws its traffic away, if it honours RFC 7999',
  'graceful-shutdown': 'prefers any other route, if it honours RFC 8326',
}
