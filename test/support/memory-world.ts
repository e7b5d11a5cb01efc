import type { Ip } from '../../net/ip.js'
import { refused } from '../../net/result.js'
import type { World } from '../../src/daemon/world.js'
import type { HostAddress } from '../../src/os/interfaces.js'
import { ip } from './address.js'
import { type FakeClock, fakeClock } from './fake-clock.js'
import { fakeL2 } from './fake-l2.js'
import { type MemoryNetwork, memoryNetwork } from './memory-network.js'
import { quietKernel } from './quiet-kernel.js'

/** Hosts, a network and a clock that exist in memory alone. */
export interface MemoryWorld {
  readonly clock: FakeClock
  readonly network: MemoryNetwork
  /** What a daemon on that host is given; it has an IPv6 address beside that one, for next hops. */
  at(address: string): World
  /** Until nothing is on its way any more; no time passes. */
  settle(): Promise<void>
  /** Lets time pass timer by timer, and what each of them causes happen before the next. */
  pass(seconds: number): Promise<void>
}

/** When the clock shows zero. */
const EPOCH = Date.UTC(2026, 0, 1)

/** `random` is what jitter is made from: 1 leaves every timer at its full time. */
export function memoryWorld({ random = 1 }: { readonly random?: number } = {}): MemoryWorld {
  const clock = fakeClock()
  const network = memoryNetwork(clock)
  const settle = () => new Promise<void>((done) => setImmediate(done))
  return {
    clock,
    network,
    settle,
    at: (address) => ({
      clock,
      transport: network.host(ip(address)),
      boot: { bootId: 'boot-1', uptimeSeconds: () => 1000 + clock.now() / 1000 },
      wallTime: (inMs = 0) => new Date(EPOCH + clock.now() + inMs).toISOString(),
      probing: { start: () => () => undefined, exists: (_, tell) => tell(false) },
      random: () => random,
      hostAddresses: () => [onHost(ip(address), 24), onHost(ipv6Beside(address), 64)],
      discovery: { open: () => refused('nobody advertises in this world'), interfaceIndex: () => 0 },
      kernel: quietKernel,
      startL2: fakeL2().start,
      // Everything in this world happens in microtasks, which `settle` waits out.
      later: queueMicrotask,
    }),
    pass: async (seconds) => {
      const end = clock.now() + seconds * 1000
      await settle()
      for (let next = clock.next; next !== undefined && clock.now() + next <= end; next = clock.next) {
        clock.advance(next)
        await settle()
      }
      clock.advance(end - clock.now())
    },
  }
}

/** 10.0.0.11 has fd00::11 beside it. */
export function ipv6Beside(address: string): Ip {
  return ip(`fd00::${address.split('.').at(-1)}`)
}

function onHost(address: Ip, length: number): HostAddress {
  return { interface: 'eth0', address, length, transient: false }
}
