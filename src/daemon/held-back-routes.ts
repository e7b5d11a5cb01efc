import { formatCommunity } from '../../bgp/community.js'
import { familyOfVersion } from '../../bgp/family.js'
import type { Announcement } from '../../config/settings.js'
import { versionOf } from '../../net/prefix.js'
import { expandRange } from '../../net/prefix-range.js'
import { rangesOf, sizeOf } from '../../net/prefix-set.js'
import type { Steps } from '../../net/steps.js'
import type { AvailableRoute, AvailableRoutes } from '../control/api/routes.js'
import type { HealthGate } from '../health/gate.js'
import { inOrder } from './route-order.js'

/** Routes that are made in a step. */
const STEP = 1024

/** What the file wants and its health check keeps from the routers, beside what is available. */
export function* withHeldBack(
  available: Steps<AvailableRoutes>,
  gate: HealthGate,
  limit: number,
): Steps<AvailableRoutes> {
  const { routes, total } = yield* available
  const held = gate.heldBack.filter(({ via }) => via.includes('bgp'))
  if (held.length === 0) return { routes, total }
  const all = [...routes]
  for (const announcement of held) {
    const heldBack = gate.heldBackBy(announcement.name) ?? ''
    for (const route of routesOf(announcement)) {
      if (all.length >= limit) break
      all.push({ ...route, heldBack })
      if (all.length % STEP === 0) yield
    }
  }
  return {
    routes: yield* inOrder(all),
    total: total + held.reduce((sum, { prefixes }) => sum + sizeOf(prefixes), 0),
  }
}

function* routesOf({ name, prefixes, path, peers }: Announcement): Generator<AvailableRoute> {
  const terms = {
    ...{ announcement: name, source: 'file' as const, communities: path.communities.map(formatCommunity) },
    asPathPrepend: path.asPathPrepend,
    ...(path.localPreference !== undefined && { localPreference: path.localPreference }),
    ...(path.med !== undefined && { med: path.med }),
    ...(peers && { peers }),
  }
  for (const range of rangesOf(prefixes)) {
    for (const prefix of expandRange(range)) {
      yield { prefix, family: familyOfVersion(versionOf(prefix)), ...terms }
    }
  }
}
