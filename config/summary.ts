import { sizeOf } from '../net/prefix-set.js'
import type { Settings } from './settings.js'

/** One line on a valid configuration: 'AS 65001, 2 peers, L2 in 1 group, 3 announcements (17 prefixes)'. */
export function summarize({ bgp, l2, announcements }: Settings): string {
  const prefixes = announcements.reduce((sum, { prefixes }) => sum + sizeOf(prefixes), 0)
  const parts = [
    ...(bgp === undefined ? [] : [`AS ${bgp.asn}`, many(bgp.peers.length, 'peer')]),
    ...(bgp === undefined || bgp.dynamicPeers.length === 0
      ? []
      : [many(bgp.dynamicPeers.length, 'range of dynamic peers', 'ranges of dynamic peers')]),
    ...(l2 === undefined
      ? []
      : [l2.failover === 'none' ? 'L2 alone' : `L2 in ${many(l2.groups.length, 'group')}`]),
    `${many(announcements.length, 'announcement')} (${many(prefixes, 'prefix', 'prefixes')})`,
  ]
  return parts.join(', ')
}

function many(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`
}
