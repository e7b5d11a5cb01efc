import type { Announcement } from '../../config/settings.js'
import { isEmpty, minus, type PrefixSet, union } from '../../net/prefix-set.js'

/** What is announced, as a list that is replaced: each of these functions makes the next one. */
export type Announced = readonly Announcement[]

/** The prefixes get these terms, whatever they had. */
export function announcing(before: Announced, added: Announcement): Announced {
  const others = withdrawing(before, added.prefixes)
  const terms = termsOf(added)
  const same = others.findIndex((each) => termsOf(each) === terms)
  if (same < 0) return [...others, added]
  return others.map((each, i) =>
    i === same ? { ...each, prefixes: union([each.prefixes, added.prefixes]) } : each,
  )
}

/** Nobody announces these prefixes any more. */
export function withdrawing(before: Announced, prefixes: PrefixSet): Announced {
  return before
    .map((each) => ({ ...each, prefixes: minus(each.prefixes, prefixes) }))
    .filter((each) => !isEmpty(each.prefixes))
}

function termsOf({ name, path, peers }: Announcement): string {
  return JSON.stringify([name, path, peers?.toSorted()])
}
