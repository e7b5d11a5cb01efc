/** From messages and faults to the events of RFC 4271 §8.1, and timers of one connection. */
import t from 'tap'
import type { ReceivedMessage } from '../../../bgp/codec/message.js'
import type { Fault } from '../../../bgp/fault.js'
import { faultEvent, messageEvent } from '../../../bgp/fsm/event.js'
import type { ConnectionId } from '../../../bgp/fsm/session.js'
import { jittered, keepalive, liveness, sendHoldTimer } from '../../../bgp/fsm/timers.js'
import type { HoldTime } from '../../../bgp/hold-time.js'
import type { Negotiated } from '../../../bgp/negotiated.js'
import { machineIn, notification, theirOpen } from '../peer/machine.js'

t.test('every message is an event', async (t) => {
  const open = theirOpen()
  const rows: readonly [ReceivedMessage, string][] = [
    [open, 'BGPOpen'],
    [{ kind: 'keepalive' }, 'KeepAliveMsg'],
    [
      { kind: 'update', withdrawn: [], attributes: [], nlri: [], outcome: 'accept', problems: [] },
      'UpdateMsg',
    ],
    [notification(2, 1), 'NotifMsgVerErr'],
    [notification(2, 2), 'NotifMsg'],
    [notification(6, 1), 'NotifMsg'],
    [{ kind: 'route-refresh', family: { afi: 1, safi: 1 }, subtype: 'request' }, 'RouteRefreshMsg'],
  ]
  t.equal(rows.length, 7)
  for (const [message, is] of rows) t.equal(messageEvent(message).is, is)
  t.equal(messageEvent(rows[2]![0]), messageEvent(rows[2]![0]), 'UPDATEs allocate nothing')
})

t.test('faults are events by the part of the message that is wrong', async (t) => {
  const octets = new Uint8Array(0)
  const rows: readonly [Fault, string][] = [
    [{ kind: 'connection-not-synchronized' }, 'BGPHeaderErr'],
    [{ kind: 'bad-message-length', length: 18 }, 'BGPHeaderErr'],
    [{ kind: 'bad-message-type', type: 9 }, 'BGPHeaderErr'],
    [{ kind: 'malformed-open', because: '' }, 'BGPOpenMsgErr'],
    [{ kind: 'unsupported-version', version: 3 }, 'BGPOpenMsgErr'],
    [{ kind: 'bad-peer-as', as: 0, because: '' }, 'BGPOpenMsgErr'],
    [{ kind: 'bad-bgp-identifier', because: '' }, 'BGPOpenMsgErr'],
    [{ kind: 'unsupported-optional-parameter', type: 1 }, 'BGPOpenMsgErr'],
    [{ kind: 'malformed-attribute-list', because: '' }, 'UpdateMsgErr'],
    [{ kind: 'unrecognized-well-known-attribute', attribute: octets }, 'UpdateMsgErr'],
    [{ kind: 'optional-attribute-error', attribute: octets, because: '' }, 'UpdateMsgErr'],
    [{ kind: 'invalid-network-field', because: '' }, 'UpdateMsgErr'],
    [{ kind: 'bad-route-refresh-length', message: octets }, 'UpdateMsgErr'],
  ]
  t.equal(rows.length, 13)
  for (const [fault, is] of rows) t.same(faultEvent(fault), { is, fault })
})

const connection = 1 as ConnectionId

function negotiated(holdTime: number, keepaliveTimeSeconds: number): Negotiated {
  const [session] = machineIn('Established').peer.sessions
  if (session?.state !== 'Established') throw new Error('not Established')
  return { ...session.negotiated, holdTime: holdTime as HoldTime, keepaliveTimeSeconds }
}

t.test('with a hold time of 0 no timer runs and no KEEPALIVE is sent', async (t) => {
  t.same(liveness(connection, negotiated(0, 0), 0.5), [
    { do: 'stop-session-timer', connection, timer: 'HoldTimer' },
  ])
  t.same(keepalive(connection, negotiated(0, 0), 0.5), [])
  t.same(sendHoldTimer(connection, negotiated(0, 0), 9), [])
})

t.test('KEEPALIVEs are jittered, but never more than one a second (§4.4, §10)', async (t) => {
  t.same(
    liveness(connection, negotiated(90, 30), 0).map((action) => 'seconds' in action && action.seconds),
    [90, 22.5],
  )
  t.same(
    liveness(connection, negotiated(3, 1), 0).map((action) => 'seconds' in action && action.seconds),
    [3, 1],
  )
  t.equal(jittered(100, 0), 75)
  t.ok(jittered(100, 0.999) < 100)
})

t.test('the SendHoldTimer is 8 minutes, or twice the hold time (RFC 9687 §3.1)', async (t) => {
  t.match(sendHoldTimer(connection, negotiated(90, 30), undefined), [
    { timer: 'SendHoldTimer', seconds: 480 },
  ])
  t.match(sendHoldTimer(connection, negotiated(600, 200), undefined), [
    { timer: 'SendHoldTimer', seconds: 1200 },
  ])
  t.match(sendHoldTimer(connection, negotiated(90, 30), 100), [{ timer: 'SendHoldTimer', seconds: 100 }])
})
