import type { AdvertisementInterval, VirtualRouterId } from '../arp/vrrp/message.js'
import { kindOf } from '../net/ip-kind.js'
import type { Context } from './context.js'
import { formatInterfacePattern } from './interface-pattern.js'
import type { FileL2, FileL2Group } from './l2-schema.js'
import { reportEmpty, reportRepeats } from './lists.js'
import type { Path } from './problem.js'
import type { L2Group, L2Settings } from './settings.js'

const groupsPath: Path = ['l2', 'groups']

/**
 * With three missing advertisements and the skew of priority 100, a failover within 325 ms: 100 ms would be 361.
 */
const defaultInterval = 9 as AdvertisementInterval
const defaultId = 51 as VirtualRouterId

/** Fills in every default, and holds the groups against each other. */
export function resolveL2(l2: FileL2, context: Context): L2Settings {
  const { interfaces, groups = [{}] } = l2
  if (interfaces !== undefined) {
    const path = ['l2', 'interfaces']
    const remedy = 'is empty, so nothing would be answered; name one, or leave it out for the one that fits'
    reportEmpty(interfaces, path, context, remedy)
    reportRepeats(interfaces, path, context, formatInterfacePattern)
  }
  reportEmpty(groups, groupsPath, context, 'is empty; leave it out for one group')
  const resolved = groups.map((group, i) => resolveGroup(group, [...groupsPath, i], context))
  reportTwins(resolved, context)
  return {
    ...(interfaces !== undefined && { interfaces }),
    failover: l2.failover ?? 'vrrp',
    groups: resolved,
    promiscuous: l2.promiscuous ?? 'auto',
  }
}

/** How the groups of the file are called, wrong ones too. */
export function groupNames({ groups = [{}] }: FileL2): readonly string[] {
  return groups.map(nameOf)
}

function nameOf({ name = 'default' }: FileL2Group): string {
  return name
}

function resolveGroup(group: FileL2Group, path: Path, context: Context): L2Group {
  const { preempt = false, preemptDelay, unicastPeers = [] } = group
  if (preemptDelay !== undefined && !preempt && !context.lost([...path, 'preempt'])) {
    context.report([...path, 'preemptDelay'], 'is for preempt: true; write that too, or remove it', 'key')
  }
  if (group.unicastPeers !== undefined) {
    const remedy = 'is empty, so nobody would be told; leave it out for multicast'
    reportEmpty(unicastPeers, [...path, 'unicastPeers'], context, remedy)
    reportRepeats(unicastPeers, [...path, 'unicastPeers'], context)
  }
  unicastPeers.forEach((peer, i) => {
    const kind = kindOf(peer)
    if (kind === 'unicast' || kind === 'link-local') return
    context.report([...path, 'unicastPeers', i], `${peer} is ${kind}; write the address of another node`)
  })
  return {
    name: nameOf(group),
    virtualRouterId: group.virtualRouterId ?? defaultId,
    priority: group.priority ?? 100,
    preempt,
    preemptDelayMs: preemptDelay ?? 0,
    advertisementInterval: group.advertisementInterval ?? defaultInterval,
    unicastPeers,
    checksum: group.checksum ?? 'without-pseudo-header',
  }
}

/** Two groups of one name could not be told apart here, two of one virtualRouterId not by anybody. */
function reportTwins(groups: readonly L2Group[], { report, placeOf, lost }: Context): void {
  const keys = [
    [
      'name',
      (name: string, place: string) => `the group in ${place} is called ${name} too; give each its own name`,
    ],
    [
      'virtualRouterId',
      (id: string, place: string) =>
        `${id} is that of the group in ${place} too; every virtual router of a LAN has its own`,
    ],
  ] as const
  for (const [key, message] of keys) {
    const first = new Map<string, number>()
    groups.forEach((group, i) => {
      const path = [...groupsPath, i, key]
      const value = String(group[key])
      const before = first.get(value)
      if (lost(path)) return
      if (before === undefined) first.set(value, i)
      else report(path, message(value, placeOf([...groupsPath, before])))
    })
  }
}
