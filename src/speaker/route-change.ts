import type { Attribute } from '../../bgp/attribute.js'
import { mergeAs4 } from '../../bgp/codec/as4.js'
import type { ReceivedUpdate } from '../../bgp/codec/update.js'
import type { Family } from '../../bgp/family.js'
import type { Prefix } from '../../net/prefix.js'

/** What one UPDATE does to the Adj-RIB-In: first what goes, then what comes. */
export interface RouteChange {
  readonly withdrawn: readonly Prefix[]
  readonly announced: readonly AnnouncedRoutes[]
}

/** Prefixes with one set of attributes, the next hop of their family among them and nobody else's prefixes. */
export interface AnnouncedRoutes {
  readonly prefixes: readonly Prefix[]
  readonly attributes: readonly Attribute[]
}

/** What a peer says of its routes, for whoever follows them. */
export type Heard =
  | ({ readonly kind: 'routes' } & RouteChange)
  | { readonly kind: 'end-of-rib'; readonly family: Family }

/** One UPDATE may carry both families: each route keeps its own next hop, and no route the prefixes of all. */
export function routeChange(
  { withdrawn, nlri, attributes: received }: ReceivedUpdate,
  fourOctetAs: boolean,
): RouteChange {
  const attributes = fourOctetAs ? received : mergeAs4(received)
  const gone: Prefix[] = [...withdrawn]
  const shared: Attribute[] = []
  for (const attribute of attributes) {
    if (attribute.kind === 'mp-unreach') gone.push(...attribute.withdrawn)
    else if (attribute.kind !== 'mp-reach' && attribute.kind !== 'next-hop') shared.push(attribute)
  }
  const announced = attributes.flatMap((attribute): AnnouncedRoutes[] => {
    if (attribute.kind === 'next-hop') return [{ prefixes: nlri, attributes: [...shared, attribute] }]
    if (attribute.kind !== 'mp-reach') return []
    return [{ prefixes: attribute.nlri, attributes: [...shared, { ...attribute, nlri: [] }] }]
  })
  return { withdrawn: gone, announced: announced.filter(({ prefixes }) => prefixes.length > 0) }
}
