import type { AddressState } from '../../arp/segment/address-state.js'
import type { L2Group, L2Settings } from '../../config/settings.js'
import { type Ip, parseIp } from '../../net/ip.js'
import { type Mac, vendorPrefix } from '../../net/mac.js'
import { type LanAddress, lanAddresses, type PlacedAddress } from '../announcements/lan-board.js'
import { ApiError } from '../control/api/answer.js'
import type { L2AddressReport, L2AskerReport, L2State, L2Summary } from '../control/api/l2.js'
import type { AddressReport } from '../l2/report.js'
import type { Daemon } from './daemon.js'

/** Every address that is wanted on the LAN, those that are not answered for with the reason. */
export async function l2Addresses(daemon: Daemon): Promise<readonly L2AddressReport[]> {
  const { lan, drain, health, settings } = daemon
  const { l2 } = settings
  if (l2 === undefined) return []
  const { addresses } = await lan.report()
  const known = new Map(addresses.map((report) => [report.address, report]))
  const out = drain.state === 'in-service' ? undefined : `this node is ${drain.state}`
  const wanted = lan.board
    .placed(l2)
    .map((each) => addressReport(l2, each, standing(each, known.get(each.address), out), known))
  const held = lanAddresses('file', health.heldBack)
    .filter(({ address }) => wanted.every((each) => each.address !== address))
    .map((each) => {
      const because = health.heldBackBy(each.announcement) ?? 'its health check does not pass'
      const moves = l2.groups.find(({ name }) => name === each.group) ?? l2.groups[0]
      return addressReport(l2, { ...each, moves }, { state: 'held-back', because }, known)
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
export function l2Summary({ lan, drain, health }: Daemon): L2Summary | undefined {
  if (!lan.configured) return undefined
  const wanted = new Set(lan.board.addresses.map(({ address }) => address))
  const heldBack = lanAddresses('file', health.heldBack).filter(({ address }) => !wanted.has(address)).length
  const isOut = drain.state !== 'in-service'
  const states = isOut ? new Map<AddressState, number>() : lan.states
  const count = (state: AddressState) => states.get(state) ?? 0
  return {
    addresses: wanted.size + heldBack,
    ...{ owner: count('owner'), backup: count('backup'), probing: count('probing') },
    ...{ contested: count('contested'), nowhere: count('nowhere') },
    ...{ heldBack, outOfService: isOut ? wanted.size : 0 },
  }
}

interface Standing {
  readonly state: L2State
  readonly because?: string
}

function standing(
  { fits, moves }: PlacedAddress,
  report: AddressReport | undefined,
  outOfService: string | undefined,
): Standing {
  if (outOfService !== undefined) return { state: 'out-of-service', because: outOfService }
  if (!fits) {
    const because = `group ${moves.name} has as many addresses as an advertisement carries; make another group`
    return { state: 'nowhere', because }
  }
  if (report === undefined) return { state: 'probing' }
  const { state, because } = report
  return { state, ...(because !== undefined && { because }) }
}

function addressReport(
  { failover }: L2Settings,
  { address, announcement, source, moves }: LanAddress & { readonly moves: L2Group | undefined },
  standing: Standing,
  known: ReadonlyMap<Ip, AddressReport>,
): L2AddressReport {
  const report = known.get(address)
  const { interface: name, mac, owner, lastAsker, lastConflict, lastFailover } = report ?? {}
  return {
    ...{ address, announcement, source, group: moves?.name ?? '' },
    ...(failover === 'vrrp' && moves && { virtualRouterId: moves.virtualRouterId }),
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
