import type { L2Settings } from '../../config/settings.js'
import type { Mac } from '../../net/mac.js'
import type { LanView } from '../../src/l2/lan-check.js'
import type { AddressReport, InterfaceReport } from '../../src/l2/report.js'
import type { HostAddress } from '../../src/os/interfaces.js'
import type { LanInterface } from '../../src/os/lan-signs.js'
import { ip } from './address.js'
import { settingsOf } from './config.js'

/** A host on 192.168.1.0/24, as `explain` and `doctor` look at it: its virtual IP is 192.168.1.240. */
export const vip = ip('192.168.1.240')

export interface LanViewChange {
  /** The file's `l2`. */
  readonly l2?: string
  /** null: the engine has not taken the address. */
  readonly report?: Partial<AddressReport> | null
  readonly links?: readonly Partial<LanInterface>[]
  readonly interface?: Partial<InterfaceReport>
  readonly hostAddresses?: readonly HostAddress[]
  readonly localIpv4?: readonly string[]
}

export function lanView(change: LanViewChange = {}): LanView {
  const { l2 = '{}', report = {}, links = [{}], hostAddresses = [onEth0], localIpv4 = [] } = change
  const lo: LanInterface = { ...eth0, name: 'lo', loopback: true }
  return {
    settings: settingsOf(`l2: ${l2}`).l2 as L2Settings,
    signs: {
      interfaces: [lo, ...links.map((link) => ({ ...eth0, ...link }))],
      localIpv4: new Set([onEth0.address, ...localIpv4.map(ip)]),
    },
    hostAddresses: [
      { interface: 'lo', address: ip('127.0.0.1'), length: 8, transient: false },
      ...hostAddresses,
    ],
    ...(report !== null && { report: { ...owned, ...report } }),
    ...(change.interface && { interface: { ...answering, ...change.interface } }),
  }
}

export const onEth0: HostAddress = {
  ...{ interface: 'eth0', address: ip('192.168.1.5'), length: 24, transient: false },
}

const eth0: LanInterface = {
  ...{ name: 'eth0', up: true, running: true, loopback: false, wireless: false, arpIgnore: 0 },
}

const owned: AddressReport = {
  ...{ address: vip, group: 'default', interface: 'eth0', mac: '02:00:00:00:00:0a' as Mac, state: 'owner' },
  ...{ answered: 7, conflicts: 0 },
}

const answering: InterfaceReport = {
  ...{ interface: 'eth0', up: true, promiscuous: false, malformed: 0, ignored: {}, dropped: 0 },
}
