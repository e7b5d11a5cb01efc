import type { Announcement } from '../../config/settings.js'
import { addressOf, lengthOf, networkOf, type Prefix, versionOf } from '../../net/prefix.js'
import { aggregate, contains, formatRange, type PrefixRange } from '../../net/prefix-range.js'
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
      .filter(({ ranges }) => ranges.some((range) => contains(range, prefix)))
      .map((announcement) => ({
        announcement,
        heldBack: heldBackBy?.(announcement.name),
        words: `'${announcement.name}' of ${sourceWords[source]}`,
      })),
  )
  if (wanting.length === 0) return [notWanted(prefix, sources)]
  const wanted = passed('wanted', `wanted by ${wanting.map(({ words }) => words).join(', ')}`)
  const viaBgp = wanting.filter(({ announcement }) => announcement.via.includes('bgp'))
  if (viaBgp.length > 0) return [wanted, passed('via-bgp', 'announced by BGP'), ...healthGates(viaBgp)]
  const text = `${wanting.map(({ words }) => words).join(', ')} does not announce it by BGP`
  return [wanted, failed('via-bgp', text, 'add bgp to the `via` of that announcement')]
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
  const length = lengthOf(prefix)
  const kin = announcements.flatMap(({ name, ranges }) =>
    ranges
      .filter(({ first }) => versionOf(first) === versionOf(prefix))
      .map((range) => ({ name, range, length: lengthOf(range.first) })),
  )
  const covering = kin
    .filter((each) => each.length < length && contains(each.range, networkOf(addressOf(prefix), each.length)))
    .toSorted((a, b) => b.length - a.length)[0]
  if (covering !== undefined) {
    const network = networkOf(addressOf(prefix), covering.length)
    return `'${covering.name}' wants ${network}, which covers it, and routers follow that route`
  }
  const inside = kin.find((each) => each.length > length && liesIn(each.range, prefix))
  return inside && `'${inside.name}' wants ${formatRange(inside.range)}, of which some lies in it`
}

function liesIn(range: PrefixRange, prefix: Prefix): boolean {
  return contains(aggregate(range, lengthOf(prefix)), prefix)
}
