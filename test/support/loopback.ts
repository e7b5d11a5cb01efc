import type { Test } from 'tap'
import type { Endpoint } from '../../net/endpoint.js'
import type { Ip } from '../../net/ip.js'
import { systemClock } from '../../src/clock.js'
import type { Connection } from '../../src/transport/connection.js'
import { tcpTransport } from '../../src/transport/tcp.js'
import type {
  DialOptions,
  DialOutcome,
  Incoming,
  Listener,
  Transport,
} from '../../src/transport/transport.js'

export const plainRules = { ttl: 64 }

export interface Ear {
  readonly listener: Listener
  readonly at: Endpoint
  /** Those not taken by `next` yet. */
  readonly incoming: Incoming[]
  readonly next: () => Promise<Incoming>
}

/** Listens on one address and a free port until the test ends. */
export function ear(t: Test, address = '127.0.0.1', transport = tcpTransport(systemClock)): Ear {
  const incoming: Incoming[] = []
  const waiting: ((incoming: Incoming) => void)[] = []
  const listener = transport.listen({
    endpoints: [{ address: address as Ip, port: 0 }],
    onIncoming: (one) => {
      const wanted = waiting.shift()
      if (wanted === undefined) incoming.push(one)
      else wanted(one)
    },
  })
  t.teardown(() => listener.close())
  t.same(listener.failures, [])
  const next = () =>
    new Promise<Incoming>((resolve) => {
      const one = incoming.shift()
      if (one === undefined) waiting.push(resolve)
      else resolve(one)
    })
  return { listener, at: listener.bound[0]!, incoming, next }
}

/** A dial to there with nothing special about it. */
export function plainDial(remote: Endpoint): DialOptions {
  return { remote, ...plainRules, timeoutMs: 5_000 }
}

export function outcomeOf(options: DialOptions, transport: Transport = tcpTransport(systemClock)) {
  return new Promise<DialOutcome>((resolve) => {
    transport.dial(options, resolve)
  })
}

/** Both ends of a connection over loopback; closed at the end of the test. */
export async function connectedPair(
  t: Test,
  address?: string,
): Promise<{ ours: Connection; theirs: Connection }> {
  const { at, next } = ear(t, address)
  const [outcome, incoming] = await Promise.all([outcomeOf(plainDial(at)), next()])
  const accepted = incoming.accept(plainRules)
  if (outcome.is !== 'connected' || !accepted.ok) throw new Error('no connection over loopback')
  const { connection } = outcome
  t.teardown(() => {
    connection.destroy()
    accepted.value.destroy()
  })
  return { ours: connection, theirs: accepted.value }
}
