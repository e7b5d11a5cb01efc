import type { Clock } from '../../net/clock.js'
import { type Endpoint, formatEndpoint } from '../../net/endpoint.js'
import type { Ip } from '../../net/ip.js'
import { kindOf } from '../../net/ip-kind.js'
import { covers, hostPrefix, lengthOf, type Prefix, versionOf } from '../../net/prefix.js'
import { ok, refused } from '../../net/result.js'
import type { Secret } from '../../net/secret.js'
import type {
  DialFailure,
  DialOptions,
  Incoming,
  ListenOptions,
  Transport,
} from '../../src/transport/transport.js'
import { type MemoryPair, memoryPair } from './memory-pair.js'

/** Hosts that reach each other without sockets; time passes on the clock that it is given. */
export interface MemoryNetwork {
  /** What a speaker on that host dials and listens with. */
  host(address: Ip): Transport
  /** Every connection so far, oldest first, to cut, reset or block. */
  readonly pairs: readonly MemoryPair[]
  /** SYNs to that host are lost from now on; connections stay. */
  unplug(address: Ip): void
  plug(address: Ip): void
}

interface Ear {
  readonly host: Ip
  readonly bound: readonly Endpoint[]
  readonly keys: Map<Prefix, Secret>
  readonly onIncoming: (incoming: Incoming) => void
}

export function memoryNetwork(clock: Clock): MemoryNetwork {
  const ears = new Set<Ear>()
  const pairs: MemoryPair[] = []
  const unplugged = new Set<Ip>()
  let nextPort = 50_000

  const listen = (host: Ip, options: ListenOptions) => {
    const keys = new Map((options.keys ?? []).map(({ peers, key }) => [peers, key]))
    const ear = { host, bound: options.endpoints, keys, onIncoming: options.onIncoming }
    ears.add(ear)
    return {
      bound: options.endpoints,
      failures: [],
      setKey: (peers: Prefix, key: Secret | undefined) => {
        if (key === undefined) keys.delete(peers)
        else keys.set(peers, key)
        return ok(undefined)
      },
      close: () => {
        ears.delete(ear)
      },
    }
  }

  const dial: (host: Ip, ...args: Parameters<Transport['dial']>) => ReturnType<Transport['dial']> = (
    host,
    options,
    onOutcome,
  ) => {
    let waiting = true
    const settle = (action: () => void) => {
      if (!waiting) return
      waiting = false
      cancelTimer()
      action()
    }
    const fail = (because: DialFailure['because']) => {
      const text = `${because}: ${formatEndpoint(options.remote)}`
      settle(() => onOutcome({ is: 'failed', because, text }))
    }
    const cancelTimer = clock.after(options.timeoutMs, () => fail('timed-out'))
    const local = { address: options.localAddress ?? host, port: nextPort++ }
    queueMicrotask(() => {
      const { address } = options.remote
      const ear = [...ears].find((one) => hears(one, options.remote))
      if (unplugged.has(address) || unplugged.has(host)) return
      if (ear === undefined) return fail('refused')
      // As the kernel does it: what is signed wrongly, or not at all, is not answered.
      if (!sameKey(keyFor(ear, local.address), options.key)) return
      settle(() => {
        const pair = memoryPair({ dialler: local, listener: options.remote, clock })
        pairs.push(pair)
        ear.onIncoming(incomingOver(pair, options))
        onOutcome({ is: 'connected', connection: pair.dialler })
      })
    })
    return { cancel: () => settle(() => {}) }
  }

  return {
    host: (address) => ({
      dial: (options, onOutcome) => dial(address, options, onOutcome),
      listen: (options) => listen(address, options),
    }),
    pairs,
    unplug: (address) => {
      unplugged.add(address)
    },
    plug: (address) => {
      unplugged.delete(address)
    },
  }
}

function hears({ host, bound }: Ear, { address, port }: Endpoint): boolean {
  const everywhere = (one: Endpoint) => host === address && kindOf(one.address) === 'unspecified'
  return bound.some((one) => one.port === port && (one.address === address || everywhere(one)))
}

function keyFor({ keys }: Ear, from: Ip): Secret | undefined {
  const peer = hostPrefix(from)
  const fitting = [...keys.keys()].filter(
    (peers) => versionOf(peers) === versionOf(peer) && covers(peers, peer),
  )
  const longest = fitting.toSorted((a, b) => lengthOf(b) - lengthOf(a))[0]
  return longest === undefined ? undefined : keys.get(longest)
}

function sameKey(a: Secret | undefined, b: Secret | undefined): boolean {
  return a === undefined ? b === undefined : a.equals(b)
}

function incomingOver(pair: MemoryPair, { remote }: DialOptions): Incoming {
  let decided = false
  return {
    local: remote,
    remote: pair.dialler.local,
    accept: () => {
      if (decided) return refused('the connection is gone')
      decided = true
      return ok(pair.listener)
    },
    reject: () => {
      if (decided) return
      decided = true
      pair.reset()
    },
  }
}
