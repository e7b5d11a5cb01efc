import type { Asn } from '../bgp/asn.js'
import {
  type DynamicPeerSettings,
  describeRange,
  type PeerSettings,
  type SessionSettings,
} from '../bgp/peer-settings.js'
import { formatEndpoint } from '../net/endpoint.js'
import { minus, type PrefixSet, sizeOf, subtracting } from '../net/prefix-set.js'
import { finish, type Steps } from '../net/steps.js'
import { type Change, type Difference, type KeyChange, type SettingChange, strongest } from './change.js'
import {
  announcementEffects,
  dynamicPeerEffects,
  type Effect,
  groupEffects,
  healthCheckEffects,
  l2Effects,
  pathEffects,
  peerEffects,
  settingEffects,
  shareEffects,
} from './effect.js'
import type { HealthCheck } from './health-check.js'
import { keyChange, keyChanges, say } from './key-change.js'
import { pair } from './pair.js'
import type { Announcement, L2Group, Settings } from './settings.js'

/** What turns `before` into `after`; empty when both mean the same, however they are written. */
export function classify(before: Settings, after: Settings): readonly Change[] {
  return finish(classifying(before, after))
}

/** As `classify`, in steps: sets of prefixes may have millions of them. */
export function* classifying(before: Settings, after: Settings): Steps<readonly Change[]> {
  const prefixes = yield* comparing(before.announcements, after.announcements)
  return [
    ...settingChanges(before, after),
    ...differences(peers(before, after), before.bgp?.peers ?? [], after.bgp?.peers ?? []),
    ...differences(
      dynamicPeers(before, after),
      before.bgp?.dynamicPeers ?? [],
      after.bgp?.dynamicPeers ?? [],
    ),
    ...differences(l2Groups, before.l2?.groups ?? [], after.l2?.groups ?? []),
    ...differences(announcements(prefixes), before.announcements, after.announcements),
    ...orderChange(before.announcements, after.announcements),
  ]
}

/** The names of the peers in `before` whose sessions end; dynamic peers are named by their range. */
export function resets(changes: readonly Change[], before: Settings): readonly string[] {
  if (changes.some(({ of, effect }) => of === 'setting' && effect === 'reset')) {
    const { peers = [], dynamicPeers = [] } = before.bgp ?? {}
    return [...peers.map(({ name }) => name), ...dynamicPeers.map(rangeName)]
  }
  return changes.flatMap((change) => {
    if (change.effect !== 'reset') return []
    if (change.of === 'peer' && change.is !== 'added') return [change.before.name]
    return change.of === 'dynamic-peer' && change.is !== 'added' ? [rangeName(change.before)] : []
  })
}

/** How members of one list are told apart, compared and spoken of. */
interface Kind<Of extends string, Member> {
  readonly of: Of
  called(member: Member): string
  /** Two with one identity are the same; the first kind of identity that two share counts. */
  readonly identities: readonly ((member: Member) => string)[]
  keys(before: Member, after: Member): readonly KeyChange[]
  added(member: Member): string
  removed(member: Member): string
  readonly removal: Effect
}

function differences<Of extends string, Member>(
  kind: Kind<Of, Member>,
  before: readonly Member[],
  after: readonly Member[],
): readonly Difference<Of, Member>[] {
  const { of, called } = kind
  const { added, removed, both } = pair(before, after, kind.identities)
  return [
    ...removed.map((member) => ({
      ...{ of, is: 'removed' as const, before: member, effect: kind.removal },
      lines: [`${called(member)}: ${kind.removed(member)}`],
    })),
    ...added.map((member) => ({
      ...{ of, is: 'added' as const, after: member, effect: 'soft' as const },
      lines: [`${called(member)}: ${kind.added(member)}`],
    })),
    ...both.flatMap(([member, now]) => {
      const keys = kind.keys(member, now)
      const effect = strongest(keys.map((change) => change.effect))
      const lines = keys.map((change) => `${called(member)}: ${say(change)} (${outcomeOf(change)})`)
      return keys.length === 0
        ? []
        : [{ of, is: 'changed' as const, before: member, after: now, keys, effect, lines }]
    }),
  ]
}

const outcomes: Readonly<Record<Effect, string>> = {
  soft: 'at once, no session resets',
  'next-session': 'from the next session on',
  reset: 'the session resets',
  restart: 'when herald restarts',
}

function outcomeOf({ effect, takesTwo }: KeyChange): string {
  return takesTwo
    ? 'at once; its hold timer ends the session unless the other side follows'
    : outcomes[effect]
}

/** A peer is known by its name, or where that is new, by where it is: renaming it is no new session. */
export const peerIdentities: readonly ((peer: PeerSettings) => string)[] = [({ name }) => name, placeOf]

function peers(before: Settings, after: Settings): Kind<'peer', PeerSettings> {
  return {
    of: 'peer',
    called: ({ name }) => `peer ${name}`,
    identities: peerIdentities,
    keys: (peer, now) => keyChanges(peerEffects, peer, now).filter(ownChange(before, after, peer, now)),
    added: () => 'added',
    removed: () => 'removed (the session ends)',
    removal: 'reset',
  }
}

function dynamicPeers(before: Settings, after: Settings): Kind<'dynamic-peer', DynamicPeerSettings> {
  return {
    of: 'dynamic-peer',
    called: (range) => `dynamic peers ${describeRange(range)}`,
    identities: [({ prefix }) => prefix],
    keys: (peer, now) =>
      keyChanges(dynamicPeerEffects, peer, now).filter(ownChange(before, after, peer, now)),
    added: () => 'added',
    removed: () => 'removed (their sessions end)',
    removal: 'reset',
  }
}

function rangeName({ name, prefix }: DynamicPeerSettings): string {
  return name ?? prefix
}

const l2Groups: Kind<'l2-group', L2Group> = {
  of: 'l2-group',
  called: ({ name }) => `l2 group ${name}`,
  identities: [({ name }) => name],
  keys: (group, now) => keyChanges(groupEffects, group, now),
  added: ({ virtualRouterId }) => `added, virtualRouterId ${virtualRouterId}`,
  removed: () => 'removed (its addresses are handed over)',
  removal: 'soft',
}

const announcementIdentities: readonly ((announcement: Announcement) => string)[] = [({ name }) => name]

/** @param prefixes how each that stays differs in its prefixes */
function announcements(prefixes: ReadonlyMap<Announcement, SetCounts>): Kind<'announcement', Announcement> {
  return {
    of: 'announcement',
    called: ({ name }) => `announcement ${name}`,
    identities: announcementIdentities,
    keys: (announcement, now) => {
      const prefixesChange = setChange(announcement.prefixes, now.prefixes, 'prefixes', prefixes.get(now))
      return [
        ...prefixesChange,
        ...shareChanges(announcement, now, prefixesChange.length === 0),
        ...keyChanges(announcementEffects, announcement, now),
        ...keyChanges(pathEffects, announcement.path, now.path),
        ...healthCheckChanges(announcement.healthCheck, now.healthCheck),
      ]
    },
    added: ({ prefixes }) => `added, ${counted(sizeOf(prefixes))}`,
    removed: ({ prefixes }) => `removed, ${counted(sizeOf(prefixes))}`,
    removal: 'soft',
  }
}

/** How many prefixes come and go. */
interface SetCounts {
  readonly more: number
  readonly fewer: number
}

/** By the announcement as it will be. */
function* comparing(
  before: readonly Announcement[],
  after: readonly Announcement[],
): Steps<ReadonlyMap<Announcement, SetCounts>> {
  const counts = new Map<Announcement, SetCounts>()
  for (const [was, now] of pair(before, after, announcementIdentities).both) {
    const more = sizeOf(yield* subtracting(now.prefixes, was.prefixes))
    const fewer = sizeOf(yield* subtracting(was.prefixes, now.prefixes))
    counts.set(now, { more, fewer })
  }
  return counts
}

function settingChanges(before: Settings, after: Settings): readonly SettingChange[] {
  const { node, asn, routerId, listen, drainWait, socket, stateDirectory, http, level } = settingEffects
  const { interfaces, failover, promiscuous } = l2Effects
  const changes = [
    ...keyChange(node, before.node, after.node),
    ...keyChange(asn, before.bgp?.asn, after.bgp?.asn),
    ...keyChange(routerId, before.bgp?.routerId, after.bgp?.routerId),
    ...keyChange(listen, before.bgp?.listen.endpoints, after.bgp?.listen.endpoints),
    ...keyChange(drainWait, before.drain.waitSeconds, after.drain.waitSeconds),
    ...keyChange(interfaces, before.l2?.interfaces, after.l2?.interfaces),
    ...keyChange(failover, before.l2?.failover, after.l2?.failover),
    ...keyChange(promiscuous, before.l2?.promiscuous, after.l2?.promiscuous),
    ...keyChange(socket, before.control.socket, after.control.socket),
    ...keyChange(stateDirectory, before.control.stateDirectory, after.control.stateDirectory),
    ...keyChange(http, before.http?.listen, after.http?.listen),
    ...keyChange(level, before.log.level, after.log.level),
  ]
  return changes.map((change) => {
    const outcome = change.effect === 'reset' ? 'every session resets' : outcomes[change.effect]
    return { of: 'setting', change, effect: change.effect, lines: [`${say(change)} (${outcome})`] }
  })
}

/** The order decides only between announcements that both stay, so those that come and go do not count. */
function orderChange(before: readonly Announcement[], after: readonly Announcement[]): readonly Change[] {
  const order = (list: readonly Announcement[], others: readonly Announcement[]) =>
    list.map(({ name }) => name).filter((name) => others.some((other) => other.name === name))
  if (order(before, after).join('\n') === order(after, before).join('\n')) return []
  return [
    { of: 'announcement-order', effect: 'soft', lines: [`announcements: another order (${outcomes.soft})`] },
  ]
}

/** Where bgp.asn changes, each localAsn that is only its default follows without saying. */
function ownChange(before: Settings, after: Settings, peer: SessionSettings, now: SessionSettings) {
  const follows = (localAs: Asn, settings: Settings) => localAs === settings.bgp?.asn
  return ({ key }: KeyChange) =>
    key !== 'localAsn' || !follows(peer.localAs, before) || !follows(now.localAs, after)
}

function setChange(
  before: PrefixSet,
  after: PrefixSet,
  key: string,
  { more, fewer }: SetCounts = {
    more: sizeOf(minus(after, before)),
    fewer: sizeOf(minus(before, after)),
  },
): readonly KeyChange[] {
  if (more === 0 && fewer === 0) return []
  const changes = [more > 0 ? `+${more}` : '', fewer > 0 ? `-${fewer}` : ''].filter((text) => text !== '')
  const to = `${sizeOf(after)} (${changes.join(', ')})`
  return [{ key, effect: 'soft', from: `${sizeOf(before)}`, to }]
}

/** @param hidden whether aggregateLength hides the addresses that change from BGP; where both change alike, once is enough */
function shareChanges(before: Announcement, after: Announcement, hidden: boolean): readonly KeyChange[] {
  if (before.l2 === undefined || after.l2 === undefined) return []
  const changes = hidden ? setChange(before.l2.addresses, after.l2.addresses, 'addresses') : []
  return [...keyChanges(shareEffects, before.l2, after.l2), ...changes]
}

function healthCheckChanges(before?: HealthCheck, after?: HealthCheck): readonly KeyChange[] {
  if (before !== undefined && after !== undefined) return keyChanges(healthCheckEffects, before, after)
  return keyChange(healthCheckEffects.probe, before?.probe, after?.probe)
}

function counted(count: number): string {
  return count === 1 ? '1 prefix' : `${count} prefixes`
}

function placeOf(peer: PeerSettings): string {
  return `${formatEndpoint(peer)}%${peer.interface ?? ''}`
}
