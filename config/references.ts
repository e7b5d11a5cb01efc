import { didYouMean } from '../net/did-you-mean.js'
import { announcementNames } from './announcements.js'
import type { Context } from './context.js'
import { inherit } from './inherit.js'
import { peerName } from './peers.js'
import type { Path } from './problem.js'
import type { FileSettings } from './schema.js'
import { RUN_TIME } from './settings.js'

/**
 * Holds the names that one part of the file uses against those that another gives: `advertise` of peers and
 * `peers` of announcements. Both are gates, so an announcement for a peer that leaves it out would never be heard.
 */
export function checkReferences(file: FileSettings, context: Context): void {
  const peers = file.bgp?.peers ?? []
  const announcements = file.announcements ?? []
  const defaults = file.bgp?.peerDefaults ?? {}
  const ranges = (file.bgp?.dynamicPeers ?? []).map(({ name }) => name)
  const peerNames = peers.map((peer) => peerName(peer, defaults))
  const names = announcementNames(announcements)
  const advertised = new Map<string, readonly string[] | undefined>()

  const announcementsKnown = !announcements.some((_, i) =>
    ['name', 'podCIDRs', 'loadBalancerIPs', 'prefixes'].some((key) =>
      context.lost(['announcements', i, key]),
    ),
  )
  const checkAdvertise = (advertise: readonly string[] | undefined, path: Path) =>
    announcementsKnown && checkNames(advertise ?? [], path, 'announcement', names, context, [RUN_TIME])
  peers.forEach((peer, i) => {
    const { keys, path } = inherit(peer, ['bgp', 'peers', i], defaults)
    checkAdvertise(keys.advertise, path('advertise'))
    advertised.set(peerNames[i] ?? '', keys.advertise)
  })
  file.bgp?.dynamicPeers?.forEach((peer, i) => {
    const { keys, path } = inherit(peer, ['bgp', 'dynamicPeers', i], defaults)
    checkAdvertise(keys.advertise, path('advertise'))
  })

  const peersKnown = !peers.some(
    (_, i) => context.lost(['bgp', 'peers', i, 'name']) || peerNames[i] === undefined,
  )
  announcements.forEach((announcement, i) => {
    const path = ['announcements', i, 'peers']
    const wanted = announcement.peers ?? []
    wanted.forEach((name, j) => {
      if (!ranges.includes(name)) return
      const remedy = 'write `advertise` there to choose what they hear'
      context.report([...path, j], `${name} is a range, whose peers have no names in this file; ${remedy}`)
    })
    if (peersKnown)
      checkNames(
        wanted,
        path,
        'peer',
        peerNames.filter((name) => name !== undefined),
        context,
        ranges.filter((name) => name !== undefined),
      )
    wanted.forEach((peer, j) => {
      const advertise = advertised.get(peer)
      const name = names[i] ?? ''
      if (advertise === undefined || advertise.includes(name)) return
      context.report(
        [...path, j],
        `${peer} never hears of it, its advertise leaves ${name} out; add it there`,
      )
    })
  })
}

function checkNames(
  used: readonly string[],
  path: Path,
  what: string,
  known: readonly string[],
  { report }: Context,
  reserved: readonly string[] = [],
): void {
  const all = [...known, ...reserved]
  used.forEach((name, i) => {
    if (all.includes(name)) return
    const meant = didYouMean(name, all)
    const list = known.length === 0 ? `there is none in this file` : `there are ${known.join(', ')}`
    report(
      [...path, i],
      `no ${what} is called ${name}; ${meant === undefined ? list : `did you mean ${meant}?`}`,
    )
  })
}
