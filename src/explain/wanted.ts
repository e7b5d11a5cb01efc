import type { Announcement } from '../../config/settings.js'
import { lengthOf, type Prefix } from '../../net/prefix.js'
import { formatRange } from '../../net/prefix-range.js'
import { closestCovering, firstWithin, has } from '../../net/prefix-set.js'
import type { SourceName } from '../announcements/board.js'
import type { Gate } from '../control/api.js'
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

/** Whether anything wants the prefix, and for BGP; where nothing does, which wanted prefix is nearest. */
export function wantedGates(prefix: Prefix, sources: readonly Declared[]): readonly Gate[] {
  const wanting = sources.flatMap(({ source, announcements, heldBackBy }) =>
    announcements
      .filter(({ prefixes }) => has(prefixes, prefix))
      .map((announcement) => ({
        announcement,
        heldBack: heldBackBy?.(announcement.name),
        words: `'${announcement.name}' of ${sourceWords[source]}${standingIn(announcement)}`,
      })),
  )
  if (wanting.length === 0) return [notWanted(prefix, sources)]
  const wanted = passed('wanted', `wanted by ${wanting.map(({ words }) => words).join(', ')}`)
  const viaBgp = wanting.filter(({ announcement }) => announcement.via.includes('bgp'))
  if (viaBgp.length > 0) return [wanted, passed('via-bgp', 'announced by BGP'), ...healthGates(viaBgp)]
  const text = `${wanting.map(({ words }) => words).join(', ')} does not announce it by BGP`
  return [wanted, failed('via-bgp', text, 'add bgp to the `via` of that announcement')]
}

function standingIn({ prefixesFile }: Announcement): string {
  return prefixesFile === undefined ? '' : `, from ${prefixesFile}`
}

interface Wanting {
  readonly announcement: Announcement
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
