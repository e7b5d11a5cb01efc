import type { Ip } from '../../net/ip.js'
import { hostPrefix } from '../../net/prefix.js'
import { has } from '../../net/prefix-set.js'
import type { WantedOnLan } from '../doctor/lan.js'
import type { LanView } from '../l2/lan-check.js'
import type { Daemon } from './daemon.js'
import type { World } from './world.js'

/** What `explain` and `doctor` look at. */
export type LanViews = (address: Ip) => LanView | undefined

/** Asks the engine and the kernel once, for any number of addresses. */
export async function lanViews(
  { lan, settings: { l2 } }: Pick<Daemon, 'lan' | 'settings'>,
  { kernel, hostAddresses }: Pick<World, 'kernel' | 'hostAddresses'>,
): Promise<LanViews> {
  if (l2 === undefined) return () => undefined
  const { addresses, interfaces } = await lan.report()
  const reports = new Map(addresses.map((report) => [report.address, report]))
  const links = new Map(interfaces.map((link) => [link.interface, link]))
  const seen = { settings: l2, signs: kernel.lan(), hostAddresses: hostAddresses() }
  return (address) => {
    const report = reports.get(address)
    const link = links.get(report?.interface ?? '')
    return { ...seen, ...(report && { report }), ...(link && { interface: link }) }
  }
}

/** Every address that is wanted on the LAN, for `doctor`. */
export function wantedOnLan(
  { lan, settings, runTime }: Pick<Daemon, 'lan' | 'settings' | 'runTime'>,
  views: LanViews,
): readonly WantedOnLan[] {
  const announcements = [...settings.announcements, ...runTime.announcements].filter(
    ({ via, l2 }) => via.includes('bgp') && l2 !== undefined,
  )
  return lan.board.addresses.flatMap(({ address }) => {
    const view = views(address)
    const prefix = hostPrefix(address)
    const viaBgp = announcements.some(({ l2 }) => l2 !== undefined && has(l2.addresses, prefix))
    return view === undefined ? [] : [{ address, viaBgp, view }]
  })
}
