import { randomInt } from 'node:crypto'
import type { Clock } from '../../net/clock.js'
import { systemClock, wallTime } from '../clock.js'
import { type Probing, realProbing } from '../health/probes.js'
import { inTurns } from '../in-turns.js'
import type { StartL2 } from '../l2/engine.js'
import { startPacketThread } from '../l2/thread/start-thread.js'
import { type HostAddress, hostAddressReader } from '../os/interfaces.js'
import { type Kernel, thisKernel } from '../os/kernel.js'
import { type Boot, thisBoot } from '../state/restart-marker.js'
import { tcpTransport } from '../transport/tcp.js'
import type { Transport } from '../transport/transport.js'
import { hostDiscovery } from '../unnumbered/discovery.js'
import type { Discovery } from '../unnumbered/links.js'

/** All that the daemon touches outside itself; tests hand in another. */
export interface World {
  readonly clock: Clock
  readonly transport: Transport
  readonly boot: Boot
  /** The services that health checks ask. */
  readonly probing: Probing
  /** ISO 8601 in UTC, `inMs` milliseconds from now; for people only. */
  wallTime(inMs?: number): string
  /** In [0, 1). */
  random(): number
  hostAddresses(): readonly HostAddress[]
  /** Of the neighbours of unnumbered peers. */
  readonly discovery: Discovery
  readonly kernel: Kernel
  readonly startL2: StartL2
  /** Runs work after pending I/O. */
  later(work: () => void): void
}

export function realWorld(): World {
  return {
    clock: systemClock,
    transport: tcpTransport(systemClock),
    boot: thisBoot(),
    probing: realProbing(systemClock),
    wallTime,
    random: () => randomInt(2 ** 32) / 2 ** 32,
    hostAddresses: hostAddressReader(),
    discovery: hostDiscovery,
    kernel: thisKernel,
    startL2: startPacketThread,
    later: inTurns(setImmediate, systemClock.now),
  }
}
