import type { Kernel } from '../../src/os/kernel.js'
import type { TcpDrops } from '../../src/os/tcp-statistics.js'

export const noDrops: TcpDrops = { notFound: 0, unexpected: 0, failure: 0, minTtl: 0 }

/** One that knows of nothing. */
export const quietKernel: Kernel = {
  drops: () => noDrops,
  routeTo: () => undefined,
  answersArp: () => undefined,
  lan: () => ({ interfaces: [], localIpv4: new Set() }),
  sockets: () => [],
  owners: async () => new Map(),
  privileges: () => undefined,
}
