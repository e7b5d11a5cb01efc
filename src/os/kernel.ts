import type { Ip } from '../../net/ip.js'
import { type LanSigns, readLanSigns } from './lan-signs.js'
import { readArpAnswer } from './neighbours.js'
import { type Privilege, readPrivileges } from './privileges.js'
import { type KernelRoute, readRouteTo } from './routing-table.js'
import { ownersOf, type ProcessName } from './socket-owner.js'
import { readTcpDrops, type TcpDrops } from './tcp-statistics.js'
import { readTcpSockets, type TcpSocket } from './tcp-table.js'

/** What the kernel tells whoever wonders why a session does not come up. */
export interface Kernel {
  /** Undefined where that cannot be known just now. */
  drops(): TcpDrops | undefined
  routeTo(ip: Ip): KernelRoute | undefined
  /** Whether the host on our link answers ARP; undefined where that is not known. */
  answersArp(ip: Ip): boolean | undefined
  /** Interfaces and addresses, as far as they decide who answers ARP. */
  lan(): LanSigns
  sockets(): readonly TcpSocket[]
  /** By inode, as far as this process may look. */
  owners(inodes: readonly number[]): Promise<ReadonlyMap<number, ProcessName>>
  /** Undefined where that is not known. */
  privileges(): ReadonlySet<Privilege> | undefined
}

export const thisKernel: Kernel = {
  drops: readTcpDrops,
  routeTo: readRouteTo,
  answersArp: readArpAnswer,
  lan: readLanSigns,
  sockets: readTcpSockets,
  owners: ownersOf,
  privileges: readPrivileges,
}
