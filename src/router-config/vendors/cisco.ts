import { lengthOf } from '../../../net/prefix.js'
import type { PrefixBlock } from '../../../net/prefix-range.js'
import type { FamilySide, RouterSide } from '../router-side.js'

/** What the command lines that come from Cisco's have in common: prefix lists and route maps. */

/** After maximum-prefix: minutes until the session is tried again. */
export const RESTART_MINUTES = 15

/** 'ip' or 'ipv6', as commands begin. */
export function protocolOf({ version }: FamilySide): 'ip' | 'ipv6' {
  return version === 4 ? 'ip' : 'ipv6'
}

/** The prefix list of a family, and the route map that refers to it. */
export function listName({ label }: RouterSide, { version }: FamilySide): string {
  return `${label}-ipv${version}`
}

/** The route map that lets nothing out. */
export function outName({ label }: RouterSide): string {
  return `${label}-out`
}

/** 'seq 5 permit 192.0.2.64/29 ge 32 le 32' for each block; a list without entries denies by an entry of its own. */
export function entries(
  { accepts, version }: FamilySide,
  lengths: (block: PrefixBlock) => string,
): readonly string[] {
  if (accepts.length === 0)
    return [`seq 5 deny ${version === 4 ? '0.0.0.0/0' : '::/0'} le ${version === 4 ? 32 : 128}`]
  return accepts.map((block, i) => {
    const within = lengthOf(block.prefix) === block.length ? '' : ` ${lengths(block)}`
    return `seq ${5 * (i + 1)} permit ${block.prefix}${within}`
  })
}

/** Where the lengths of a range are its two ends. */
export function geLe({ length }: PrefixBlock): string {
  return `ge ${length} le ${length}`
}

/** Where one length has a word of its own. */
export function eq({ length }: PrefixBlock): string {
  return `eq ${length}`
}

/**
 * One permit for each family's list, and the deny for what goes out (RFC 8212 wants both said).
 * @param end what closes a route map
 * @param set what a permit does besides
 */
export function routeMaps(
  side: RouterSide,
  indent: string,
  end: readonly string[],
  set: (family: FamilySide) => readonly string[] = () => [],
): readonly string[] {
  return [
    ...side.families.flatMap((family) => [
      `route-map ${listName(side, family)}-in permit 10`,
      `${indent}match ${protocolOf(family)} address prefix-list ${listName(side, family)}`,
      ...set(family).map((line) => `${indent}${line}`),
      ...end,
    ]),
    `route-map ${outName(side)} deny 10`,
    ...end,
  ]
}
