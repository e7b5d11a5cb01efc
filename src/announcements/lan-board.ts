import type { Announcement, L2Group } from '../../config/settings.js'
import type { Ip } from '../../net/ip.js'
import { addressOf } from '../../net/prefix.js'
import { expandRange } from '../../net/prefix-range.js'
import { type PrefixSet, rangesOf } from '../../net/prefix-set.js'
import type { ServedGroup } from '../l2/settings.js'
import type { SourceName } from './board.js'

/** An address that is wanted on the LAN, and who wants it. */
export interface LanAddress {
  readonly address: Ip
  readonly group: string
  readonly announcement: string
  readonly source: SourceName
}

const sources: readonly SourceName[] = ['file', 'run-time']

/** The desired state of the LAN: sources say what they want; where two want one address, the earlier source counts. */
export class LanBoard {
  readonly #declared = new Map<SourceName, readonly LanAddress[]>()
  /** Groups of which some announcement is held back by its health check. */
  #unfit: ReadonlySet<string> = new Set()

  /** Replaces all that the source wanted. @param heldBack of these, those whose health check keeps their addresses */
  declare(
    source: SourceName,
    announcements: readonly Announcement[],
    heldBack: readonly Announcement[] = [],
  ): void {
    this.#declared.set(source, lanAddresses(source, announcements))
    if (source === 'file') this.#unfit = new Set(heldBack.flatMap(({ l2 }) => l2?.group ?? []))
  }

  /** Each address once, in the order of the sources. */
  get addresses(): readonly LanAddress[] {
    const all = sources.flatMap((source) => this.#declared.get(source) ?? [])
    return [...new Map(all.toReversed().map((each) => [each.address, each])).values()].toReversed()
  }

  /** The addresses by group; those of a group that there is no more move with the first one. */
  served(groups: readonly L2Group[]): readonly ServedGroup[] {
    const [first] = groups
    const groupOf = (name: string) => groups.find((group) => group.name === name) ?? first
    const { addresses } = this
    return groups.map((group) => ({
      ...group,
      addresses: addresses.filter((each) => groupOf(each.group) === group).map(({ address }) => address),
      fit: !this.#unfit.has(group.name),
    }))
  }
}

/** What the announcements want on the LAN, in their order. */
export function lanAddresses(
  source: SourceName,
  announcements: readonly Announcement[],
): readonly LanAddress[] {
  return announcements.flatMap(({ name, l2 }) => {
    if (l2 === undefined) return []
    const { group, addresses } = l2
    return addressesOf(addresses).map((address) => ({ address, group, announcement: name, source }))
  })
}

/** At most MAX_L2_ADDRESSES of a source. */
function addressesOf(set: PrefixSet): readonly Ip[] {
  const addresses: Ip[] = []
  for (const range of rangesOf(set))
    for (const prefix of expandRange(range)) addresses.push(addressOf(prefix))
  return addresses
}
