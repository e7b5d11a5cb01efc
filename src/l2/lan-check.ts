import { formatInterfacePattern, matchesInterface } from '../../config/interface-pattern.js'
import type { L2Settings } from '../../config/settings.js'
import { type Ip, isIpv4 } from '../../net/ip.js'
import { type Mac, vendorPrefix } from '../../net/mac.js'
import {
  addressOf,
  covers,
  hostPrefix,
  ipVersionOf,
  isHost,
  lengthOf,
  networkOf,
  type Prefix,
} from '../../net/prefix.js'
import { lastAddressOf } from '../../net/prefix-range.js'
import type { HostAddress } from '../os/interfaces.js'
import type { LanInterface, LanSigns } from '../os/lan-signs.js'
import type { AddressReport, InterfaceReport } from './report.js'

/** What decides about one address, as far as this host knows. */
export interface LanView {
  readonly settings: L2Settings
  /** Absent: the engine has not taken it yet. */
  readonly report?: AddressReport
  /** Of the interface in the report. */
  readonly interface?: InterfaceReport
  readonly signs: LanSigns
  readonly hostAddresses: readonly HostAddress[]
}

/** Why an address does not work on the LAN, or will not for long. */
export type LanTrouble =
  | {
      readonly is: 'interface-unknown'
      readonly wanted: readonly string[]
      readonly there: readonly string[]
    }
  | { readonly is: 'interface-down'; readonly interface: string; readonly carrier: boolean }
  | { readonly is: 'interface-member'; readonly interface: string; readonly master: string }
  | { readonly is: 'outside-subnets'; readonly subnets: readonly string[]; readonly down: readonly string[] }
  | { readonly is: 'edge-of-subnet'; readonly interface: string; readonly edge: 'network' | 'broadcast' }
  | { readonly is: 'address-on-interface'; readonly interface: string }
  | { readonly is: 'kernel-answers'; readonly interface: string; readonly ipvs: boolean }
  | { readonly is: 'wifi-filters'; readonly interface: string }
  | { readonly is: 'contested'; readonly interface: string; readonly mac: Mac | undefined }
  | { readonly is: 'not-taken'; readonly because: string | undefined }
  | { readonly is: 'not-advertised'; readonly group: string; readonly owner: Ip; readonly priority: number }
  | { readonly is: 'not-claimed'; readonly group: string; readonly owner: Ip; readonly priority: number }
  | { readonly is: 'nobody-answers' }

/** One thing that was looked at, in the order of `explain`. */
export type LanCheck =
  | { readonly at: LanStep; readonly holds: true; readonly text: string }
  | { readonly at: LanStep; readonly holds: false; readonly trouble: LanTrouble }

export type LanStep =
  | 'interface'
  | 'interface-up'
  | 'subnet'
  | 'not-local'
  | 'arp-ignore'
  | 'wifi'
  | 'conflict'
  | 'owner'

/** Everything between wanting an address on the LAN and one station answering for it; ends at what decides the rest. */
export function checkAddress(address: Ip, view: LanView): readonly LanCheck[] {
  const found = placeOf(address, view)
  if (!('interface' in found)) return [found.failed]
  const { interface: link } = found
  if (link.master !== undefined) {
    return [bad('interface', { is: 'interface-member', interface: link.name, master: link.master })]
  }
  const checks: LanCheck[] = [good('interface', found.text)]
  if (!link.up || !link.running) {
    return [
      ...checks,
      bad('interface-up', { is: 'interface-down', interface: link.name, carrier: !link.running && link.up }),
    ]
  }
  checks.push(good('interface-up', `${link.name} is up`), subnetCheck(address, link, view))
  checks.push(
    localCheck(address, link, view),
    ...arpIgnoreCheck(address, link, view),
    ...wifiCheck(link, view),
  )
  return [...checks, ...ownership(link, view)]
}

interface Place {
  readonly interface: LanInterface
  readonly text: string
}

/** Where the engine has it, else where it would. */
function placeOf(address: Ip, view: LanView): Place | { readonly failed: LanCheck } {
  const { settings, report, signs } = view
  const named = signs.interfaces.find(({ name }) => name === report?.interface)
  if (named !== undefined) return { interface: named, text: `it belongs to ${named.name}` }
  const candidates = signs.interfaces.filter(({ loopback }) => !loopback)
  if (settings.interfaces !== undefined) {
    const { interfaces: patterns } = settings
    const matching = candidates.filter(({ name }) => patterns.some((each) => matchesInterface(each, name)))
    const best = matching.find((link) => subnetOn(address, link.name, view) !== undefined) ?? matching[0]
    if (best !== undefined) return { interface: best, text: `${best.name} is in \`l2.interfaces\`` }
    const trouble: LanTrouble = {
      is: 'interface-unknown',
      wanted: patterns.map(formatInterfacePattern),
      there: candidates.map(({ name }) => name),
    }
    return { failed: bad('interface', trouble) }
  }
  const holding = candidates.find((link) => subnetOn(address, link.name, view) !== undefined)
  if (holding !== undefined)
    return { interface: holding, text: `${holding.name} has the subnet that holds it` }
  const down = candidates.filter(({ up, running }) => !up || !running).map(({ name }) => name)
  return { failed: bad('subnet', { is: 'outside-subnets', subnets: subnetsOf(address, view), down }) }
}

function subnetCheck(address: Ip, { name }: LanInterface, view: LanView): LanCheck {
  const subnet = subnetOn(address, name, view)
  if (subnet === undefined) {
    // Without `interfaces` it was there when the address was placed, and the address stays where it is.
    if (view.settings.interfaces === undefined) {
      return bad('subnet', { is: 'outside-subnets', subnets: subnetsOf(address, view), down: [] })
    }
    return good('subnet', `no subnet of ${name} holds it: only stations with a route to this link ask for it`)
  }
  const edge = edgeOf(address, subnet)
  if (edge !== undefined) return bad('subnet', { is: 'edge-of-subnet', interface: name, edge })
  return good('subnet', `${subnet} on ${name} holds it`)
}

function localCheck(address: Ip, { name }: LanInterface, { hostAddresses }: LanView): LanCheck {
  return hostAddresses.some((each) => each.address === address && each.interface === name)
    ? bad('not-local', { is: 'address-on-interface', interface: name })
    : good('not-local', `it is no address of ${name} itself`)
}

/** A local address on any interface is answered on every other one while arp_ignore is 0; NDP does not do that. */
function arpIgnoreCheck(
  address: Ip,
  { name, arpIgnore }: LanInterface,
  { signs, settings, hostAddresses }: LanView,
): readonly LanCheck[] {
  if (!isIpv4(address)) return []
  const ipvs = signs.interfaces.some((link) => link.name === 'kube-ipvs0')
  const own = hostAddresses.some((each) => each.address === address && each.interface === name)
  if (own || !signs.localIpv4.has(address)) {
    return [good('arp-ignore', 'the kernel does not answer for it by itself')]
  }
  if (arpIgnore > 0)
    return [good('arp-ignore', `it is local, and arp_ignore ${arpIgnore} keeps the kernel silent`)]
  if (settings.failover === 'none') return [good('arp-ignore', 'it is local: the kernel answers as well')]
  return [bad('arp-ignore', { is: 'kernel-answers', interface: name, ipvs })]
}

function wifiCheck({ name, wireless }: LanInterface, view: LanView): readonly LanCheck[] {
  if (!wireless) return []
  if (view.settings.promiscuous === 'off' && view.interface?.promiscuous !== true) {
    return [bad('wifi', { is: 'wifi-filters', interface: name })]
  }
  return [good('wifi', `${name} is wireless, and promiscuous so that it hears requests`)]
}

function ownership({ name }: LanInterface, { report }: LanView): readonly LanCheck[] {
  if (report === undefined) return [bad('owner', { is: 'not-taken', because: undefined })]
  const { state, because, lastConflict, conflicts, owner } = report
  const quiet = good('conflict', conflictWords(conflicts, lastConflict?.mac))
  switch (state) {
    case 'owner':
      return [quiet, good('owner', `this node answers, ${report.answered} requests so far`)]
    case 'backup': {
      if (owner === undefined) return [quiet, bad('owner', { is: 'nobody-answers' })]
      const { address: other, priority, advertises, probes } = owner
      const who = { group: report.group, owner: other, priority }
      if (!advertises) return [quiet, bad('owner', { is: 'not-advertised', ...who })]
      if (probes) return [quiet, bad('owner', { is: 'not-claimed', ...who })]
      return [quiet, good('owner', `${other} answers (priority ${priority}), this node stands by`)]
    }
    case 'contested':
      return [bad('conflict', { is: 'contested', interface: name, mac: lastConflict?.mac })]
    // Why it began to ask is no reason for its not being taken.
    case 'probing':
      return [quiet, bad('owner', { is: 'not-taken', because: undefined })]
    case 'nowhere':
      return [quiet, bad('owner', { is: 'not-taken', because })]
  }
}

function conflictWords(conflicts: number, last: Mac | undefined): string {
  if (conflicts === 0 || last === undefined) return 'no other station claims it'
  return `${stationWords(last)} claimed it, ${conflicts} ${conflicts === 1 ? 'time' : 'times'}; the owner announces it again, at most once in ten seconds`
}

/** 'b8:27:eb:00:00:09 (vendor prefix b8:27:eb)'. */
export function stationWords(mac: Mac): string {
  const vendor = vendorPrefix(mac)
  return `${mac} (${vendor === undefined ? 'made up by software' : `vendor prefix ${vendor}`})`
}

function subnetOn(address: Ip, name: string, { hostAddresses }: LanView): Prefix | undefined {
  return subnets(hostAddresses.filter((each) => each.interface === name)).find((subnet) =>
    covers(subnet, hostPrefix(address)),
  )
}

function subnetsOf(address: Ip, { hostAddresses, signs }: LanView): readonly string[] {
  const loopbacks = signs.interfaces.filter(({ loopback }) => loopback).map(({ name }) => name)
  const alike = hostAddresses.filter(
    (each) => ipVersionOf(each.address) === ipVersionOf(address) && !loopbacks.includes(each.interface),
  )
  return [...new Set(alike.map((each) => `${networkOf(each.address, each.length)} on ${each.interface}`))]
}

/** Not of addresses that stand alone: a /32 or /128 is nobody else's subnet. */
function subnets(addresses: readonly HostAddress[]): readonly Prefix[] {
  return addresses
    .map(({ address, length }) => networkOf(address, length))
    .filter((subnet) => !isHost(subnet))
}

/** What no station may have (RFC 1122 §3.2.1.3), but for links of two (RFC 3021). */
function edgeOf(address: Ip, subnet: Prefix): 'network' | 'broadcast' | undefined {
  if (!isIpv4(address) || lengthOf(subnet) > 30) return undefined
  if (address === addressOf(subnet)) return 'network'
  return address === lastAddressOf(subnet) ? 'broadcast' : undefined
}

function good(at: LanStep, text: string): LanCheck {
  return { at, holds: true, text }
}

function bad(at: LanStep, trouble: LanTrouble): LanCheck {
  return { at, holds: false, trouble }
}
