import type { Announcement } from '../../config/settings.js'
import type { Prefix } from '../../net/prefix.js'
import { difference, rangeOf, union } from '../../net/prefix-range.js'

/** What is announced, as a list that is replaced: each of these functions makes the next one. */
export type Announced = readonly Announcement[]

/** The prefixes get these terms, whatever they had. */
export function announcing(before: Announced, added: Announcement): Announced {
  const others = withdrawing(before, added.ranges)
  const terms = termsOf(added)
  const same = others.findIndex((each) => termsOf(each) === terms)
  if (same < 0) return [...others, added]
  return others.map((each, i) =>
    i === same ? { ...each, ranges: union([...each.ranges, ...added.ranges]) } : each,
  )
}

/** Nobody announces these prefixes any more. */
export function withdrawing(before: Announced, ranges: Announcement['ranges']): Announced {
  return before
    .map((each) => ({ ...each, ranges: difference(each.ranges, ranges) }))
    .filter((each) => each.ranges.length > 0)
}

export function rangesOf(prefixes: readonly Prefix[]): Announcement['ranges'] {
  return union(prefixes.map(rangeOf))
}

function termsOf({ name, path, peers }: Announcement): string {
  return JSON.stringify([name, path, peers?.toSorted()])
}
