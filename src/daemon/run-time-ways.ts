import { MAX_GROUP_ADDRESSES, MAX_L2_ADDRESSES } from '../../config/l2-shares.js'
import type { Via } from '../../config/settings.js'
import { addressOf, ipVersionOf, isHost, type Prefix } from '../../net/prefix.js'
import { ok, type Result, refused } from '../../net/result.js'
import { isVia, type RunTimeRoute } from '../announcements/run-time.js'
import type { Daemon } from './daemon.js'

type Host = Pick<Daemon, 'settings' | 'lan'>

const single = 'ARP and NDP answer for single addresses'

/** What is wrong with the ways that `--via` names. */
export function wayProblems({ settings }: Host, via: readonly string[]): readonly string[] {
  return via.flatMap((way) => {
    if (!isVia(way)) return [`'${way}' is no way to announce; there are bgp and l2`]
    if (settings[way] !== undefined) return []
    const remedy = way === 'l2' ? 'write l2: {} in the file' : 'write bgp: with asn: and peers: in the file'
    return [`${way} is not configured; ${remedy}`]
  })
}

/** By which ways one prefix goes: those asked for, else all that are configured and can carry it. */
export function waysFor({ settings }: Host, asked: readonly Via[], prefix: Prefix): Result<readonly Via[]> {
  const carries = (way: Via) => way === 'bgp' || isHost(prefix)
  if (asked.length > 0) {
    return asked.every(carries) ? ok([...new Set(asked)]) : refused(`l2 does not carry ${prefix}: ${single}`)
  }
  const ways = (['bgp', 'l2'] as const).filter((way) => settings[way] !== undefined && carries(way))
  return ways.length > 0 ? ok(ways) : refused(`${prefix} needs bgp, which is not configured here: ${single}`)
}

/** What would be too much for the LAN, beside what is announced there already. */
export function lanProblems({ lan, settings }: Host, routes: readonly RunTimeRoute[]): readonly string[] {
  const { l2 } = settings
  const asked = routes.filter(({ via }) => via.includes('l2')).map(({ prefix }) => addressOf(prefix))
  if (l2 === undefined || asked.length === 0) return []
  const placed = lan.board.placed(l2)
  const all = new Set([...placed.map(({ address }) => address), ...asked])
  if (all.size > MAX_L2_ADDRESSES) {
    return [`that makes ${all.size} addresses via l2, and herald answers for up to ${MAX_L2_ADDRESSES}`]
  }
  // What is announced at run time moves with the first group.
  const group = l2.groups[0]?.name
  const there = placed.filter(({ moves }) => moves.name === group).map(({ address }) => address)
  return ([4, 6] as const).flatMap((version) => {
    const most = MAX_GROUP_ADDRESSES[version]
    const { size } = new Set([...there, ...asked].filter((ip) => ipVersionOf(ip) === version))
    if (l2.failover === 'none' || size <= most) return []
    return [
      `that makes ${size} IPv${version} addresses in group ${group}, and an advertisement carries ${most}; announce them by the file, in another group`,
    ]
  })
}
