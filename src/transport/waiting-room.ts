import type { Socket } from 'node:net'
import type { Cancel, Clock } from '../../net/clock.js'
import { hostPrefix, ipVersionOf } from '../../net/prefix.js'
import { ok, refused } from '../../net/result.js'
import { descriptorOf } from '../os/descriptor.js'
import { arrivedTtl, setKey, setTtl } from '../os/tcp-socket.js'
import { attempted } from './attempted.js'
import { ttlRulesOf } from './packet-rules.js'
import { socketEnd } from './socket-end.js'
import { type ConnectedSocket, TcpConnection } from './tcp-connection.js'
import type { Accepted, AcceptOptions, CallRefusal, Incoming } from './transport.js'

const longestWaitMs = 10_000
const mostWaiting = 64

/** Connections that the kernel has accepted and nobody owns yet: few, and not for long. */
export class WaitingRoom {
  readonly #clock: Clock
  readonly #onIncoming: (incoming: Incoming) => void
  /** Oldest first; the value cancels its time limit. */
  readonly #waiting = new Map<Socket, Cancel>()

  constructor(clock: Clock, onIncoming: (incoming: Incoming) => void) {
    this.#clock = clock
    this.#onIncoming = onIncoming
  }

  enter(socket: Socket): void {
    // Nothing reads yet, so nothing should fail; an error that nobody hears would end the process.
    socket.on('error', () => {})
    const connected = describe(socket)
    if (connected === undefined) {
      socket.destroy()
      return
    }
    const [oldest] = this.#waiting.keys()
    if (oldest !== undefined && this.#waiting.size >= mostWaiting) this.#reset(oldest)
    this.#waiting.set(
      socket,
      this.#clock.after(longestWaitMs, () => this.#reset(socket)),
    )
    this.#onIncoming({
      local: connected.local,
      remote: connected.remote,
      ...(connected.interface !== undefined && { interface: connected.interface }),
      accept: (options) => this.#accept(connected, options),
      reject: () => this.#reset(socket),
    })
  }

  /** Resets everyone in it. */
  empty(): void {
    for (const socket of [...this.#waiting.keys()]) this.#reset(socket)
  }

  #accept(connected: ConnectedSocket, options: AcceptOptions): Accepted {
    if (!this.#leave(connected.socket)) return refused('the connection is gone')
    const applied = prepare(connected, options)
    if (applied.ok) return ok(new TcpConnection(connected, this.#clock))
    connected.socket.resetAndDestroy()
    return applied
  }

  #reset(socket: Socket): void {
    if (this.#leave(socket)) socket.resetAndDestroy()
  }

  /** False when it had left before. */
  #leave(socket: Socket): boolean {
    this.#waiting.get(socket)?.()
    return this.#waiting.delete(socket)
  }
}

/** Undefined when the peer has gone already. */
function describe(socket: Socket): ConnectedSocket | undefined {
  const local = socketEnd(socket.localAddress, socket.localPort)
  const remote = socketEnd(socket.remoteAddress, socket.remotePort)
  if (local === undefined || remote === undefined) return undefined
  return {
    socket,
    initiatedBy: 'peer',
    local: local.endpoint,
    remote: remote.endpoint,
    ...(remote.zone !== undefined && { interface: remote.zone }),
  }
}

/** The kernel checks what arrives from now on; the SYN that came before is checked here. */
function prepare(
  { socket, remote }: ConnectedSocket,
  options: AcceptOptions,
): { readonly ok: true } | CallRefusal {
  const descriptor = descriptorOf(socket)
  if (descriptor === undefined) return refused('the connection is gone')
  const ttl = ttlRulesOf(options)
  const set = attempted(() => {
    setTtl(descriptor, ipVersionOf(remote.address), ttl)
    if (options.key !== undefined) setKey(descriptor, hostPrefix(remote.address), options.key)
  })
  if (!set.ok || ttl.minimum === undefined) return set
  // Unknown after a SYN cookie.
  const arrived = arrivedTtl(descriptor) ?? 255
  if (arrived >= ttl.minimum) return set
  return {
    ok: false,
    because: `its SYN arrived with TTL ${arrived}, ttlSecurity demands ${ttl.minimum}: the peer does not send 255, or is too many hops away`,
    tooFar: { ttl: arrived, demanded: ttl.minimum },
  }
}
