import { MAX_GROUP_ADDRESSES } from '../../config/l2-shares.js'
import { type Announcement, type L2Group, type L2Settings, RUN_TIME } from '../../config/settings.js'
import type { Ip } from '../../net/ip.js'
import { addressOf, ipVersionOf, maxLength } from '../../net/prefix.js'
import { expandRange } from '../../net/prefix-range.js'
import { minus, noPrefixes, type PrefixSet, rangesOf, union } from '../../net/prefix-set.js'
import type { ServedGroup } from '../l2/settings.js'
import type { SourceName, TermsChange } from './board.js'

/** An address that is wanted on the LAN, and who wants it. */
export interface LanAddress {
  readonly address: Ip
  /** Absent: the first of the groups. */
  readonly group?: string
  readonly announcement: string
  readonly source: SourceName
}

export interface PlacedAddress extends LanAddress {
  /** What it moves with: the group it names or, of a name that there is no more, the first. */
  readonly moves: L2Group
  /** False: an advertisement of that group carries no more addresses. */
  readonly fits: boolean
}

const sources: readonly SourceName[] = ['file', 'run-time']

/** The desired state of the LAN: sources say what they want; where two want one address, the earlier source counts. */
export class LanBoard {
  readonly #declared = new Map<SourceName, readonly LanAddress[]>()
  #runTime: PrefixSet = noPrefixes
  /** Groups of which some announcement is held back by its health check. */
  #unfit: ReadonlySet<string> = new Set()

  /** Replaces all that the file wanted. @param heldBack of these, those whose health check keeps their addresses */
  declare(announcements: readonly Announcement[], heldBack: readonly Announcement[]): void {
    this.#declared.set('file', lanAddresses('file', announcements))
    this.#unfit = new Set(heldBack.flatMap(({ l2 }) => l2?.group ?? []))
  }

  /** Changes what was announced at run time: of all of it only what goes over the LAN is of interest. */
  change(changes: readonly TermsChange[]): void {
    const onLan = changes.filter(({ terms }) => terms.via.includes('l2'))
    if (onLan.length === 0) return
    const removed = union(onLan.map(({ removed }) => removed))
    const added = union(onLan.map(({ added }) => added))
    this.#runTime = union([minus(this.#runTime, removed), hostsOf(added)])
    this.#declared.set(
      'run-time',
      lanAddresses('run-time', [{ name: RUN_TIME, l2: { addresses: this.#runTime } }]),
    )
  }

  /** Each address once, in the order of the sources. */
  get addresses(): readonly LanAddress[] {
    const all = sources.flatMap((source) => this.#declared.get(source) ?? [])
    return [...new Map(all.toReversed().map((each) => [each.address, each])).values()].toReversed()
  }

  /** Where each address belongs. A file alone never has too many of them; with those of run time there may be. */
  placed({ groups, failover }: L2Settings): readonly PlacedAddress[] {
    const counts = new Map<string, number>()
    return this.addresses.flatMap((each) => {
      const moves = groups.find(({ name }) => name === each.group) ?? groups[0]
      if (moves === undefined) return []
      const version = ipVersionOf(each.address)
      const key = `${version} ${moves.name}`
      const count = (counts.get(key) ?? 0) + 1
      counts.set(key, count)
      return [{ ...each, moves, fits: failover === 'none' || count <= MAX_GROUP_ADDRESSES[version] }]
    })
  }

  /** What the engine is to answer for. */
  served(settings: L2Settings): readonly ServedGroup[] {
    const placed = this.placed(settings).filter(({ fits }) => fits)
    return settings.groups.map((group) => ({
      ...group,
      addresses: placed.filter(({ moves }) => moves === group).map(({ address }) => address),
      fit: !this.#unfit.has(group.name),
    }))
  }
}

/** What the announcements want on the LAN, in their order. */
export function lanAddresses(
  source: SourceName,
  announcements: readonly Pick<Announcement, 'name' | 'l2'>[],
): readonly LanAddress[] {
  return announcements.flatMap(({ name, l2 }) => {
    if (l2 === undefined) return []
    const { group } = l2
    return addressesOf(l2.addresses).map((address) => ({
      ...{ address, announcement: name, source },
      ...(group !== undefined && { group }),
    }))
  })
}

/** Without what no ARP request can ask for: a state file that was edited may have more. */
function hostsOf({ lists }: PrefixSet): PrefixSet {
  return { lists: lists.filter(({ version, length }) => length === maxLength(version)) }
}

/** At most MAX_L2_ADDRESSES of a source. */
function addressesOf(set: PrefixSet): readonly Ip[] {
  const addresses: Ip[] = []
  for (const range of rangesOf(set))
    for (const prefix of expandRange(range)) addresses.push(addressOf(prefix))
  return addresses
}
