import type { Announcement } from '../../config/settings.js'
import { lengthOf, type Prefix } from '../../net/prefix.js'
import { formatRange } from '../../net/prefix-range.js'
import { closestCovering, firstWithin, has } from '../../net/prefix-set.js'
import type { SourceName } from '../announcements/board.js'
import type { Gate } from '../control/api/explain.js'
import { failed, passed } from './gate.js'

/** One source's whole set. */
export interface Declared {
  readonly source: SourceName
  readonly announcements: readonly Announcement[]
  /** Why one of them is kept from the routers by its health check; undefined when it is not. */
  readonly heldBackBy?: (announcement: string) => string | undefined
}

/** In words that name where to change it. */
export const sourceWords: Readonly<Record<SourceName, string>> = {
  file: 'the file',
  'run-time': '`herald announce`',
}

/** Every announcement that wants the prefix, by one way or another. */
export function wantingOf(prefix: Prefix, sources: readonly Declared[]): readonly Wanting[] {
  return sources.flatMap(({ source, announcements, heldBackBy }) =>
    announcements.flatMap((announcement) => {
      const { via, prefixes, l2 } = announcement
      const byBgp = via.includes('bgp') && has(prefixes, prefix)
      const onLan = l2 !== undefined && has(l2.addresses, prefix)
      if (!byBgp && !onLan && !has(prefixes, prefix)) return []
      const words = `'${announcement.name}' of ${sourceWords[source]}${standingIn(announcement)}`
      return [{ announcement, byBgp, onLan, heldBack: heldBackBy?.(announcement.name), words }]
    }),
  )
}

/**
 * Whether anything wants the prefix, and for BGP; where nothing does, which wanted prefix is nearest.
 * @param wanting what does; on the LAN alone is enough, unless `asksForBgp`
 */
export function wantedGates(
  prefix: Prefix,
  sources: readonly Declared[],
  { wanting, asksForBgp }: { readonly wanting: readonly Wanting[]; readonly asksForBgp: boolean },
): readonly Gate[] {
  if (wanting.length === 0) return [notWanted(prefix, sources)]
  const wanted = passed('wanted', `wanted by ${wanting.map(({ words }) => words).join(', ')}`)
  if (asksForBgp && !wanting.some(({ byBgp }) => byBgp)) {
    const text = `${wanting.map(({ words }) => words).join(', ')} does not announce it by BGP`
    return [wanted, failed('via-bgp', text, 'add bgp to the `via` of that announcement')]
  }
  const counting = wanting.filter(({ byBgp, onLan }) => byBgp || (onLan && !asksForBgp))
  const byBgp = counting.some((each) => each.byBgp) ? [passed('via-bgp', 'announced by BGP')] : []
  return [wanted, ...byBgp, ...healthGates(counting)]
}

function standingIn({ prefixesFile }: Announcement): string {
  return prefixesFile === undefined ? '' : `, from ${prefixesFile}`
}

export interface Wanting {
  readonly announcement: Announcement
  readonly byBgp: boolean
  readonly onLan: boolean
  readonly heldBack: string | undefined
  readonly words: string
}

/** One announcement that gets through is enough; those without a check always do. */
function healthGates(wanting: readonly Wanting[]): readonly Gate[] {
  const held = wanting.map(({ words, heldBack }) => heldBack && `${words} is held back: ${heldBack}`)
  const reasons = held.filter((text) => text !== undefined).join('; ')
  if (held.every((text) => text !== undefined)) {
    return [failed('health-check', reasons, 'make its service pass; herald health shows every check')]
  }
  if (reasons !== '') return [passed('health-check', reasons)]
  const checked = wanting.filter(({ announcement }) => announcement.healthCheck !== undefined)
  if (checked.length === 0) return []
  return [passed('health-check', `held back by no check: ${checked.map(({ words }) => words).join(', ')}`)]
}

function notWanted(prefix: Prefix, sources: readonly Declared[]): Gate {
  const near = nearest(
    prefix,
    sources.flatMap(({ announcements }) => announcements),
  )
  const hint = near === undefined ? '' : `; ${near}`
  return failed(
    'wanted',
    `no announcement wants ${prefix}${hint}`,
    `herald announce ${prefix}, or add it to \`announcements\` in the file`,
  )
}

/** The longest wanted prefix that covers this one, else one that lies in it. */
function nearest(prefix: Prefix, announcements: readonly Announcement[]): string | undefined {
  const covering = announcements
    .flatMap(({ name, prefixes }) => {
      const network = closestCovering(prefixes, prefix)
      return network === undefined ? [] : [{ name, network }]
    })
    .toSorted((a, b) => lengthOf(b.network) - lengthOf(a.network))[0]
  if (covering !== undefined) {
    return `'${covering.name}' wants ${covering.network}, which covers it, and routers follow that route`
  }
  for (const { name, prefixes } of announcements) {
    const inside = firstWithin(prefixes, prefix)
    if (inside !== undefined) return `'${name}' wants ${formatRange(inside)}, of which some lies in it`
  }
  return undefined
}
