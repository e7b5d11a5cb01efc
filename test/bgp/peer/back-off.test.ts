/** When an erring, absent or silent peer is tried again. */
import t from 'tap'
import type { ConnectionId } from '../../../bgp/fsm/session.js'
import type { HoldTime } from '../../../bgp/hold-time.js'
import { type Machine, machine, machineIn, notification, theirOpen } from './machine.js'

/** One failed attempt: the connection opens, and the peer refuses us. Answers the seconds of the IdleHoldTimer. */
function refusedOnce(peer: Machine): number {
  const connection = peer.dialled as ConnectionId
  peer.handle({ is: 'Tcp_CR_Acked', connection })
  const done = peer.on(connection, { is: 'NotifMsg', notification: notification(6, 5) })
  peer.handle({ is: 'IdleHoldTimer_Expires' })
  return Number(/start IdleHoldTimer (.*)/.exec(done.join('\n'))?.[1])
}

function establish(peer: Machine): number {
  const connection = peer.dialled
  peer.handle({ is: 'Tcp_CR_Acked', connection: connection as ConnectionId })
  peer.on(connection, { is: 'BGPOpen', open: theirOpen() })
  peer.on(connection, { is: 'KeepAliveMsg' })
  return connection
}

t.test(
  'a peer that refuses us is left alone for 1 s, then twice as long each time, up to 60 s',
  async (t) => {
    const peer = machineIn('Connect')
    const waits = Array.from({ length: 9 }, () => refusedOnce(peer))
    t.same(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60])
  },
)

t.test('the jitter takes up to a quarter off, and never makes a hot loop', async (t) => {
  const peer = machine({ random: () => 0 })
  t.same(peer.handle({ is: 'ManualStart' }), ['dial', 'start ConnectRetryTimer 3.75'])
  t.same(
    Array.from({ length: 8 }, () => refusedOnce(peer)),
    [0.75, 1.5, 3, 6, 12, 24, 45, 45],
  )
})

t.test('a session that lasted ends the row of errors', async (t) => {
  const peer = machineIn('Connect')
  for (let i = 0; i < 5; i++) refusedOnce(peer)
  const connection = establish(peer)
  peer.now += 90
  const done = peer.on(connection, { is: 'TcpConnectionFails', text: 'the peer closed the connection' })
  t.equal(done.at(-1), 'start IdleHoldTimer 1')
})

t.test('a session that flaps does not', async (t) => {
  const peer = machineIn('Connect')
  const waits = []
  for (let i = 0; i < 4; i++) {
    const connection = establish(peer)
    peer.now += 59
    waits.push(peer.on(connection, { is: 'TcpConnectionFails', text: 'reset' }).at(-1))
    peer.handle({ is: 'IdleHoldTimer_Expires' })
  }
  t.same(
    waits,
    [1, 2, 4, 8].map((seconds) => `start IdleHoldTimer ${seconds}`),
  )
})

t.test('lasting means the hold time at least', async (t) => {
  const peer = machine({ settings: { holdTime: 180 as HoldTime } })
  peer.handle({ is: 'ManualStart' })
  refusedOnce(peer)
  const connection = peer.dialled as ConnectionId
  peer.handle({ is: 'Tcp_CR_Acked', connection })
  peer.on(connection, { is: 'BGPOpen', open: theirOpen({ holdTimeSeconds: 180 }) })
  peer.on(connection, { is: 'KeepAliveMsg' })
  peer.now += 179
  t.equal(peer.on(connection, { is: 'HoldTimer_Expires' }).at(-1), 'start IdleHoldTimer 2')
})

t.test('a dial that fails, or gets no answer, is repeated at the ConnectRetryTime', async (t) => {
  const peer = machineIn('Connect')
  for (let i = 0; i < 5; i++) {
    const connection = peer.dialled as ConnectionId
    t.same(peer.handle({ is: 'DialFails', connection, text: 'refused' }), ['start ConnectRetryTimer 5'])
    t.equal(peer.state, 'Active')
    t.same(peer.handle({ is: 'ConnectRetryTimer_Expires' }), ['dial', 'start ConnectRetryTimer 5'])
  }
  t.same(peer.handle({ is: 'ConnectRetryTimer_Expires' }), [
    'cancel dial',
    'dial',
    'start ConnectRetryTimer 5',
  ])
  t.equal(peer.peer.connectRetryCounter, 0)
})

t.test('the failure of a dial that was given up changes nothing', async (t) => {
  const peer = machineIn('Connect')
  const given = peer.dialled as ConnectionId
  peer.handle({ is: 'ConnectRetryTimer_Expires' })
  t.same(peer.handle({ is: 'DialFails', connection: given, text: 'timed out' }), [])
  t.equal(peer.state, 'Connect')
})

t.test('a peer that closes before its OPEN is tried again at the ConnectRetryTime', async (t) => {
  const peer = machineIn('OpenSent')
  t.equal(peer.on(1, { is: 'TcpConnectionFails', text: 'closed' }).at(-1), 'start ConnectRetryTimer 5')
  t.equal(peer.state, 'Active')
})

t.test('a passive peer is never dialled', async (t) => {
  const peer = machine({ settings: { passive: true } })
  peer.handle({ is: 'ManualStart' })
  t.equal(peer.state, 'Active')
  peer.handle({ is: 'ConnectRetryTimer_Expires' })
  for (let i = 0; i < 3; i++) {
    const connection = peer.incoming()
    peer.handle({ is: 'TcpConnectionConfirmed', connection })
    peer.on(connection, { is: 'NotifMsg', notification: notification(6, 5) })
    t.equal(peer.state, 'Idle')
    peer.handle({ is: 'IdleHoldTimer_Expires' })
    t.equal(peer.state, 'Active')
  }
  t.notOk(peer.done.some((action) => action.includes('dial') || action.includes('start ConnectRetryTimer')))
})

t.test('a call in IdleHold is taken at once, and its session ends the wait', async (t) => {
  const peer = machineIn('Connect')
  for (let i = 0; i < 6; i++) refusedOnce(peer)
  const dialled = peer.dialled as ConnectionId
  peer.handle({ is: 'Tcp_CR_Acked', connection: dialled })
  peer.on(dialled, { is: 'NotifMsg', notification: notification(2, 2) })
  t.equal(peer.peer.phase.is, 'idle-hold')
  const connection = peer.incoming()
  peer.handle({ is: 'TcpConnectionConfirmed', connection })
  t.equal(peer.state, 'OpenSent')
  t.equal(peer.on(connection, { is: 'BGPOpen', open: theirOpen() }).at(-1), 'stop IdleHoldTimer')
  peer.on(connection, { is: 'KeepAliveMsg' })
  t.equal(peer.state, 'Established')
})

t.test(
  'a caller that stays silent, or hangs up again and again, does not keep us from calling',
  async (t) => {
    const peer = machineIn('Active')
    const silent = peer.incoming()
    peer.handle({ is: 'TcpConnectionConfirmed', connection: silent })
    t.same(peer.handle({ is: 'ConnectRetryTimer_Expires' }), ['dial', 'start ConnectRetryTimer 5'])
    t.same(peer.on(silent, { is: 'TcpConnectionFails', text: 'closed' }), ['abort', 'ended: connection-lost'])
    t.equal(peer.state, 'Connect')
  },
)

t.test('a ConnectRetryTimer that expires beside a session in OpenConfirm dials no more', async (t) => {
  const peer = machineIn('Connect')
  const connection = peer.incoming()
  peer.handle({ is: 'TcpConnectionConfirmed', connection })
  peer.on(connection, { is: 'BGPOpen', open: theirOpen() })
  t.same(peer.handle({ is: 'ConnectRetryTimer_Expires' }), ['cancel dial', 'stop ConnectRetryTimer'])
  t.equal(peer.state, 'OpenConfirm')
})

t.test('ManualStart in IdleHold dials at once and forgets the errors', async (t) => {
  const peer = machineIn('Connect')
  for (let i = 0; i < 4; i++) refusedOnce(peer)
  const connection = peer.dialled as ConnectionId
  peer.handle({ is: 'Tcp_CR_Acked', connection })
  peer.on(connection, { is: 'NotifMsg', notification: notification(6, 5) })
  t.same(peer.handle({ is: 'ManualStart' }), ['stop IdleHoldTimer', 'dial', 'start ConnectRetryTimer 5'])
  t.equal(peer.peer.connectRetryCounter, 0)
})
