import { type Ip, parseIp } from '../../net/ip.js'
import { type Mac, vendorPrefix } from '../../net/mac.js'
import { type LanAddress, lanAddresses } from '../announcements/lan-board.js'
import { ApiError } from '../control/api.js'
import type { L2AddressReport, L2AskerReport, L2State, L2Summary } from '../control/l2-api.js'
import type { AddressReport } from '../l2/report.js'
import type { Daemon } from './daemon.js'

/** Every address that is wanted on the LAN, those that are not answered for with the reason. */
export async function l2Addresses(daemon: Daemon): Promise<readonly L2AddressReport[]> {
  const { lan, drain, health } = daemon
  const { addresses } = await lan.report()
  const known = new Map(addresses.map((report) => [report.address, report]))
  const out = drain.state === 'in-service' ? undefined : `this node is ${drain.state}`
  const wanted = lan.board.addresses.map((each) =>
    addressReport(daemon, each, out === undefined ? stateOf(known.get(each.address)) : away(out), known),
  )
  const held = lanAddresses('file', health.heldBack)
    .filter(({ address }) => wanted.every((each) => each.address !== address))
    .map((each) => {
      const because = health.heldBackBy(each.announcement) ?? 'its health check does not pass'
      return addressReport(daemon, each, { state: 'held-back', because }, known)
    })
  return [...wanted, ...held]
}

/** @param text an address as it was typed. @throws ApiError 400, 404 */
export async function l2Askers(daemon: Daemon, text: string | undefined): Promise<readonly L2AskerReport[]> {
  const target = text === undefined ? undefined : wantedAddress(daemon, text)
  const askers = await daemon.lan.askers(target)
  return askers.map(({ target: address, address: asker, mac, interface: name, asked, firstAt, lastAt }) => ({
    ...{ address, asker, mac, ...vendorOf(mac), interface: name, asked, firstAt, lastAt },
  }))
}

/** For `herald status`; undefined where there is no `l2`. */
export function l2Summary({ lan }: Daemon): L2Summary | undefined {
  if (!lan.configured) return undefined
  const { states } = lan
  const count = (state: Parameters<typeof states.get>[0]) => states.get(state) ?? 0
  return {
    addresses: lan.board.addresses.length,
    ...{ owner: count('owner'), backup: count('backup'), probing: count('probing') },
    ...{ contested: count('contested'), nowhere: count('nowhere') },
  }
}

interface Standing {
  readonly state: L2State
  readonly because?: string
}

function stateOf(report: AddressReport | undefined): Standing {
  if (report === undefined) return { state: 'probing' }
  const { state, because } = report
  return { state, ...(because !== undefined && { because }) }
}

function away(because: string): Standing {
  return { state: 'out-of-service', because }
}

function addressReport(
  { settings }: Daemon,
  { address, announcement, source, group }: LanAddress,
  standing: Standing,
  known: ReadonlyMap<Ip, AddressReport>,
): L2AddressReport {
  const report = known.get(address)
  const { failover, groups } = settings.l2 ?? { groups: [] }
  const moving = groups.find(({ name }) => name === group) ?? groups[0]
  const { interface: name, mac, owner, lastAsker, lastConflict, lastFailover } = report ?? {}
  return {
    ...{ address, announcement, source, group: moving?.name ?? group },
    ...(failover === 'vrrp' && moving && { virtualRouterId: moving.virtualRouterId }),
    ...standing,
    ...(name !== undefined && { interface: name }),
    ...(mac && { mac }),
    ...(owner && { owner }),
    requestsAnswered: report?.answered ?? 0,
    ...(lastAsker && { lastAsker }),
    conflicts: report?.conflicts ?? 0,
    ...(lastConflict && { lastConflict: { ...lastConflict, ...vendorOf(lastConflict.mac) } }),
    ...(lastFailover && { lastFailover }),
  }
}

function vendorOf(mac: Mac): { readonly vendor?: string } {
  const vendor = vendorPrefix(mac)
  return vendor === undefined ? {} : { vendor }
}

/** @throws ApiError 400, 404 */
function wantedAddress({ lan }: Daemon, text: string): Ip {
  const ip = parseIp(text)
  if (!ip.ok) throw new ApiError(400, ip.because)
  const { addresses } = lan.board
  if (addresses.some(({ address }) => address === ip.value)) return ip.value
  const known = addresses.length === 0 ? 'there is none' : `herald l2 lists ${addresses.length}`
  throw new ApiError(404, `${ip.value} is no address that this node answers for; ${known}`)
}
