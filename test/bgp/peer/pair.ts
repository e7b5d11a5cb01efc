import { beforeNegotiation, type CodecContext } from '../../../bgp/codec/context.js'
import { decodeMessage, encodeMessage } from '../../../bgp/codec/message.js'
import type { SessionTimer } from '../../../bgp/fsm/action.js'
import { messageEvent } from '../../../bgp/fsm/event.js'
import type { ConnectionId } from '../../../bgp/fsm/session.js'
import { accepts, type PeerAction, type PeerEvent, type PeerTimer } from '../../../bgp/peer/peer.js'
import type { Cancel } from '../../../net/clock.js'
import { type FakeClock, fakeClock } from '../../support/fake-clock.js'
import { type Machine, type MachineOptions, machine } from './machine.js'

/** What is under way on a connection towards one of its ends. */
type Parcel =
  /** To the kernel of the peer. */
  | { readonly is: 'SYN' }
  /** From a kernel to its own program. */
  | { readonly is: 'connected' | 'accepted' }
  | { readonly is: 'message'; readonly bytes: Uint8Array }
  | { readonly is: 'end' }

/** One end of a TCP connection; its inbox keeps its order, several ends know no order among them. */
interface End {
  readonly side: Side
  id: ConnectionId | undefined
  other(): End
  readonly inbox: { readonly parcel: Parcel; readonly at: number }[]
  context: CodecContext
  open: boolean
}

/** One speaker: a machine, its sockets and its timers. */
export interface Side {
  readonly name: string
  readonly machine: Machine
  readonly ends: Set<End>
  /** Closed here, and the other end has not answered yet. */
  readonly closing: Set<End>
  /** Connections whose session was Established and ended. */
  downs: number
}

/** Two speakers and the network between them, without sockets or time of its own. */
export interface Pair {
  readonly sides: readonly [Side, Side]
  readonly clock: FakeClock
  start(side: Side): void
  /** Ends at which something waits, in the order in which it was sent. */
  waiting(): readonly End[]
  /** Hands the first that waits at this end to its side. */
  deliver(end: End): void
  advance(ms: number): void
  /** Delivers everything, in the order in which it was sent. */
  settle(): void
  /** One session on each side, both Established, of one connection. */
  readonly united: boolean
}

export function pair(first: MachineOptions, second: MachineOptions): Pair {
  const clock = fakeClock()
  let order = 0
  const sides: [Side, Side] = [side('first', first), side('second', second)]
  const timers = new Map<string, Cancel>()

  function side(name: string, options: MachineOptions): Side {
    return { name, machine: machine(options), ends: new Set(), closing: new Set(), downs: 0 }
  }

  function otherOf(from: Side): Side {
    return from === sides[0] ? sides[1] : sides[0]
  }

  function end(of: Side, id: ConnectionId | undefined, other: () => End): End {
    const made: End = { side: of, id, other, inbox: [], context: beforeNegotiation, open: true }
    of.ends.add(made)
    return made
  }

  function send(to: End, parcel: Parcel): void {
    to.inbox.push({ parcel, at: order++ })
  }

  function handle(at: Side, event: PeerEvent): void {
    at.machine.now = clock.now() / 1000
    for (const action of at.machine.act(event)) perform(at, action)
  }

  function find(at: Side, id: ConnectionId): End | undefined {
    return [...at.ends].find((each) => each.id === id)
  }

  function close(from: End): void {
    if (!from.open) return
    from.open = false
    from.side.ends.delete(from)
    from.side.closing.add(from)
    for (const timer of ['HoldTimer', 'KeepaliveTimer', 'SendHoldTimer'] as const)
      stop(from.side, timer, from.id)
    send(from.other(), { is: 'end' })
  }

  function perform(at: Side, action: PeerAction): void {
    switch (action.do) {
      case 'dial': {
        const near: End = end(at, action.connection, () => far)
        const far: End = end(otherOf(at), undefined, () => near)
        send(far, { is: 'SYN' })
        break
      }
      case 'cancel-dial':
      case 'close': {
        const found = find(at, action.connection)
        if (found !== undefined) close(found)
        break
      }
      case 'send': {
        const from = find(at, action.connection)
        if (from === undefined) throw new Error('sent on a connection that is closed')
        send(from.other(), { is: 'message', bytes: encodeMessage(action.message, from.context) })
        break
      }
      case 'negotiated':
        find(at, action.connection)!.context = action.negotiated
        break
      case 'start-peer-timer':
        start(at, action.timer, undefined, action.seconds)
        break
      case 'start-session-timer':
        start(at, action.timer, action.connection, action.seconds)
        break
      case 'stop-peer-timer':
        stop(at, action.timer, undefined)
        break
      case 'stop-session-timer':
        stop(at, action.timer, action.connection)
        break
      case 'down':
        at.downs++
        break
      case 'deliver':
      case 'established':
      case 'ended':
      case 'transition':
      case 'reduced':
        break
    }
  }

  const seconds = new Map<string, number>()

  function start(at: Side, timer: PeerTimer | SessionTimer, id: ConnectionId | undefined, s: number): void {
    const key = `${at.name} ${timer} ${id}`
    timers.get(key)?.()
    seconds.set(key, s)
    timers.set(
      key,
      clock.after(s * 1000, () => {
        if (timer === 'ConnectRetryTimer' || timer === 'IdleHoldTimer') handle(at, { is: `${timer}_Expires` })
        else if (id !== undefined)
          handle(at, { is: 'Session', connection: id, event: { is: `${timer}_Expires` } })
      }),
    )
  }

  /** What `restartedBy` asks of a driver. */
  function restart(at: Side, timer: SessionTimer, id: ConnectionId | undefined): void {
    const key = `${at.name} ${timer} ${id}`
    if (timers.has(key)) start(at, timer, id, seconds.get(key) ?? 0)
  }

  function stop(at: Side, timer: PeerTimer | SessionTimer, id: ConnectionId | undefined): void {
    const key = `${at.name} ${timer} ${id}`
    timers.get(key)?.()
    timers.delete(key)
  }

  function deliver(to: End): void {
    const next = to.inbox.shift()
    if (next === undefined) return
    if (to.open) receive(to, next.parcel)
    else if (next.parcel.is === 'end') closed(to)
  }

  function receive(to: End, parcel: Parcel): void {
    switch (parcel.is) {
      case 'SYN':
        // The kernel answers before the program knows.
        send(to.other(), { is: 'connected' })
        to.inbox.unshift({ parcel: { is: 'accepted' }, at: order++ })
        break
      case 'connected':
        handle(to.side, { is: 'Tcp_CR_Acked', connection: to.id! })
        break
      case 'accepted':
        if (!accepts(to.side.machine.peer)) close(to)
        else {
          to.id = to.side.machine.incoming()
          handle(to.side, { is: 'TcpConnectionConfirmed', connection: to.id })
        }
        break
      case 'message': {
        const message = decodeMessage(parcel.bytes, to.context)
        restart(to.side, 'HoldTimer', to.id)
        restart(to.other().side, 'SendHoldTimer', to.other().id)
        handle(to.side, { is: 'Session', connection: to.id!, event: messageEvent(message) })
        break
      }
      case 'end':
        fails(to)
        break
    }
  }

  function closed(to: End): void {
    const { side: at, id } = to
    at.closing.delete(to)
    if (id === undefined) return
    handle(at, { is: 'Session', connection: id, event: { is: 'TcpConnectionFails', text: 'closed' } })
  }

  function fails(to: End): void {
    const { side: at, id } = to
    close(to)
    at.closing.delete(to)
    if (id === undefined) return
    if (at.machine.dialled === id) handle(at, { is: 'DialFails', connection: id, text: 'refused' })
    else handle(at, { is: 'Session', connection: id, event: { is: 'TcpConnectionFails', text: 'closed' } })
  }

  function waiting(): readonly End[] {
    return sides
      .flatMap(({ ends, closing }) => [...ends, ...closing])
      .filter(({ inbox }) => inbox.length > 0)
      .toSorted((a, b) => a.inbox[0]!.at - b.inbox[0]!.at)
  }

  function settle(): void {
    for (let [first] = waiting(); first !== undefined; [first] = waiting()) deliver(first)
  }

  return {
    sides,
    clock,
    start: (at) => handle(at, { is: 'ManualStart' }),
    waiting,
    deliver,
    advance: (ms) => clock.advance(ms),
    settle,
    get united() {
      const [a, b] = sides.map(({ machine: { peer } }) => peer.sessions)
      if (a?.length !== 1 || b?.length !== 1) return false
      const near = find(sides[0], a[0]!.connection)
      return (
        a[0]!.state === 'Established' &&
        b[0]!.state === 'Established' &&
        near?.other() === find(sides[1], b[0]!.connection)
      )
    },
  }
}
