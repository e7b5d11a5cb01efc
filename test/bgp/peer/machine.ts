import type { Asn } from '../../../bgp/asn.js'
import type { Capability } from '../../../bgp/capability.js'
import type { SessionEvent } from '../../../bgp/fsm/event.js'
import type { ConnectionId } from '../../../bgp/fsm/session.js'
import type { HoldTime } from '../../../bgp/hold-time.js'
import type { BgpIdentifier } from '../../../bgp/identifier.js'
import type { Notification, Open } from '../../../bgp/message.js'
import { type OfferHints, offer } from '../../../bgp/open-offer.js'
import {
  newPeer,
  type PeerAction,
  type PeerEvent,
  type PeerState,
  type State,
  stateOf,
} from '../../../bgp/peer/peer.js'
import { stepPeer } from '../../../bgp/peer/step-peer.js'
import type { SessionSettings, SpeakerSettings } from '../../../bgp/peer-settings.js'

export const us: SpeakerSettings = {
  node: 'worker-1',
  asn: 65001 as Asn,
  routerId: 0x0a00000b as BgpIdentifier,
}

export const them: SpeakerSettings = {
  node: 'tor-1',
  asn: 65000 as Asn,
  routerId: 0x0a000001 as BgpIdentifier,
}

export const ourSettings: SessionSettings = {
  remoteAs: 65000 as Asn,
  localAs: 65001 as Asn,
  port: 179,
  ttl: 1,
  passive: false,
  holdTime: 90 as HoldTime,
  keepaliveTimeSeconds: 30,
  connectRetryTimeSeconds: 5,
  families: ['ipv4/unicast', 'ipv6/unicast'],
  gracefulRestart: { enabled: true, restartTimeSeconds: 120 },
  nextHop: {},
}

export const theirSettings: SessionSettings = {
  ...ourSettings,
  remoteAs: 65001 as Asn,
  localAs: 65000 as Asn,
}

export const noHints: OfferHints = { restarted: false, forwardingPreserved: false }

/** What the peer offers: everything that herald offers, unless told otherwise. */
export function theirOpen(
  change: Partial<Open> = {},
  settings: Partial<SessionSettings> = {},
  speaker: SpeakerSettings = them,
): Open {
  return { ...offer(speaker, { ...theirSettings, ...settings }, noHints, 'none'), ...change }
}

/** The peer's OPEN without the capabilities of these kinds. */
export function theirOpenWithout(...kinds: readonly Capability['kind'][]): Open {
  const open = theirOpen()
  return { ...open, capabilities: open.capabilities.filter(({ kind }) => !kinds.includes(kind)) }
}

export function notification(code: number, subcode: number, data: readonly number[] = []): Notification {
  return { kind: 'notification', code, subcode, data: Uint8Array.from(data) }
}

/** A peer that is told events and asked for its actions. Connections are numbered from 1 in the order they begin. */
export interface Machine {
  readonly peer: PeerState
  readonly state: State
  /** Everything done so far, without the transitions. */
  readonly done: readonly string[]
  readonly transitions: readonly string[]
  /** Monotonic seconds. */
  now: number
  /** Takes the event; the answer is what is done, in words. */
  handle(event: PeerEvent): readonly string[]
  /** A session event of that connection. */
  on(connection: number, event: SessionEvent): readonly string[]
  /** Takes the event; the answer is what is done. */
  act(event: PeerEvent): readonly PeerAction[]
  /** The number that an incoming connection gets; the event is for the caller. */
  incoming(): ConnectionId
  /** The connection that is being dialled. */
  readonly dialled: number
}

export interface MachineOptions {
  readonly speaker?: SpeakerSettings
  readonly settings?: Partial<SessionSettings>
  readonly hints?: OfferHints
  /** The jitter; the default makes none. */
  readonly random?: () => number
}

export function machine(options: MachineOptions = {}): Machine {
  const done: string[] = []
  const transitions: string[] = []
  let peer = newPeer
  let connections = 0
  const next = () => ++connections as ConnectionId
  const act = (event: PeerEvent) => {
    const step = stepPeer(peer, event, {
      speaker: options.speaker ?? us,
      settings: { ...ourSettings, ...options.settings },
      hints: options.hints ?? noHints,
      now: () => self.now * 1000,
      random: options.random ?? (() => 1),
      nextConnection: next,
    })
    peer = step.peer
    for (const action of step.actions) {
      if (action.do === 'transition') transitions.push(`${action.from} → ${action.to}: ${action.because}`)
      else done.push(inWords(action))
    }
    return step.actions
  }
  const handle = (event: PeerEvent) => {
    const before = done.length
    act(event)
    return done.slice(before)
  }
  const self: Machine = {
    now: 0,
    get peer() {
      return peer
    },
    get state() {
      return stateOf(peer)
    },
    get dialled() {
      return peer.phase.is === 'connect' ? peer.phase.connection : 0
    },
    done,
    transitions,
    handle,
    act,
    on: (connection, event) => handle({ is: 'Session', connection: connection as ConnectionId, event }),
    incoming: next,
  }
  return self
}

/** 'send OPEN', 'start HoldTimer 240', 'send NOTIFICATION 6/2'. */
export function inWords(action: PeerAction): string {
  switch (action.do) {
    case 'send':
      return `send ${messageInWords(action.message)}`
    case 'close':
      return action.how === 'flush' ? 'close' : 'abort'
    case 'start-session-timer':
    case 'start-peer-timer':
      return `start ${action.timer} ${Math.round(action.seconds * 100) / 100}`
    case 'stop-session-timer':
    case 'stop-peer-timer':
      return `stop ${action.timer}`
    case 'dial':
    case 'established':
    case 'negotiated':
    case 'deliver':
      return action.do
    case 'cancel-dial':
      return 'cancel dial'
    case 'down':
      return `down: ${action.ended.kind}`
    case 'ended':
      return `ended: ${action.ended.kind}`
    case 'reduced':
      return `reduced: ${action.to}`
    case 'transition':
      return `${action.from} → ${action.to}`
  }
}

function messageInWords(message: Extract<PeerAction, { do: 'send' }>['message']): string {
  if (message.kind !== 'notification') return message.kind.toUpperCase()
  return `NOTIFICATION ${message.code}/${message.subcode}`
}

/** By ManualStart, and whatever must happen on one outgoing connection. */
export function machineIn(state: State, options: MachineOptions = {}): Machine {
  const peer = machine(options)
  if (state === 'Idle') return peer
  peer.handle({ is: 'ManualStart' })
  if (state === 'Connect') return peer
  const connection = peer.dialled as ConnectionId
  if (state === 'Active') {
    peer.handle({ is: 'DialFails', connection, text: 'refused' })
    return peer
  }
  peer.handle({ is: 'Tcp_CR_Acked', connection })
  if (state === 'OpenSent') return peer
  peer.on(connection, { is: 'BGPOpen', open: theirOpen() })
  if (state === 'OpenConfirm') return peer
  peer.on(connection, { is: 'KeepAliveMsg' })
  return peer
}
