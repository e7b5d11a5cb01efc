import {
  formatInterfacePattern,
  type InterfacePattern,
  matchesInterface,
} from '../../../config/interface-pattern.js'
import type { Ip } from '../../../net/ip.js'
import { covers, hostPrefix, isHost, networkOf } from '../../../net/prefix.js'
import type { KernelLink } from '../../os/link-table.js'

/** On which interface an address is answered for: on one, so that no LAN hears two answers. */
export type Placement =
  | { readonly is: 'on'; readonly interface: string }
  | { readonly is: 'nowhere'; readonly because: string }

/**
 * Of several interfaces that fit, one that is up comes before one that is not, the one it is on already before the
 * others, one whose subnet holds the address before one without, and else the file's order decides.
 * @param patterns absent: interfaces fit by their subnets
 * @param before where it was; it stays there while no other fits, so that a link that comes back finds it
 */
export function placementOf(
  address: Ip,
  patterns: readonly InterfacePattern[] | undefined,
  links: Iterable<KernelLink>,
  before: string | undefined,
): Placement {
  const usable = [...links].filter(isUsable)
  const fitting =
    patterns === undefined
      ? usable.filter((link) => holds(link, address))
      : usable.filter(({ name }) => patterns.some((pattern) => matchesInterface(pattern, name)))
  const order = (name: string) => patterns?.findIndex((pattern) => matchesInterface(pattern, name)) ?? 0
  const rank = (link: KernelLink) => [
    link.up && link.running ? 0 : 1,
    link.name === before ? 0 : 1,
    holds(link, address) ? 0 : 1,
    order(link.name),
  ]
  const [best] = fitting.toSorted((a, b) => compareRanks(rank(a), rank(b)))
  if (best !== undefined) return { is: 'on', interface: best.name }
  if (before !== undefined) return { is: 'on', interface: before }
  return { is: 'nowhere', because: nowhereBecause(patterns) }
}

/** Stations of a LAN are found by ARP or NDP there; a member of a bond or bridge leaves that to its master. */
export function isUsable({ ethernet, loopback, noArp, master }: KernelLink): boolean {
  return ethernet && !loopback && !noArp && master === undefined
}

function holds({ addresses }: KernelLink, address: Ip): boolean {
  return addresses.some(({ ip, length }) => {
    const subnet = networkOf(ip, length)
    return !isHost(subnet) && covers(subnet, hostPrefix(address))
  })
}

function nowhereBecause(patterns: readonly InterfacePattern[] | undefined): string {
  if (patterns === undefined) return 'no interface has a subnet that holds it'
  return `no interface is one of l2.interfaces (${patterns.map(formatInterfacePattern).join(', ')})`
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  for (const [i, rank] of a.entries()) {
    const difference = rank - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
