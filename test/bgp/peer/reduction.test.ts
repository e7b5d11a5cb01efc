/** Peers that reject an OPEN over its capabilities (RFC 5492 §3). */
import t from 'tap'
import type { ConnectionId } from '../../../bgp/fsm/session.js'
import { type Machine, type MachineOptions, machine, notification, theirOpen } from './machine.js'

/** Dials, and hands the OPEN that goes out to `answer`. */
function attempt(peer: Machine, answer: (connection: number) => void): readonly string[] {
  const connection = peer.dialled
  const actions = peer.act({ is: 'Tcp_CR_Acked', connection: connection as ConnectionId })
  const kinds = actions.flatMap((action) =>
    action.do === 'send' && action.message.kind === 'open'
      ? action.message.capabilities.map(({ kind }) => kind)
      : [],
  )
  answer(connection)
  peer.handle({ is: 'IdleHoldTimer_Expires' })
  if (peer.state === 'Active') peer.handle({ is: 'ConnectRetryTimer_Expires' })
  return [...new Set(kinds)]
}

function started(options: MachineOptions = {}): Machine {
  const peer = machine(options)
  peer.handle({ is: 'ManualStart' })
  return peer
}

const everything = [
  'multiprotocol',
  'route-refresh',
  'extended-next-hop',
  'extended-message',
  'graceful-restart',
  'four-octet-as',
  'enhanced-route-refresh',
]
const withoutOptional = ['multiprotocol', 'route-refresh', 'four-octet-as']
const essential = ['multiprotocol', 'four-octet-as']

for (const [code, subcode] of [
  [2, 0],
  [2, 4],
  [2, 7],
] as const) {
  t.test(`NOTIFICATION ${code}/${subcode} in answer to our OPEN: fewer capabilities each time`, async (t) => {
    const peer = started()
    const reject = (connection: number) =>
      peer.on(connection, { is: 'NotifMsg', notification: notification(code, subcode) })
    t.same(attempt(peer, reject), everything)
    t.same(attempt(peer, reject), withoutOptional)
    t.same(attempt(peer, reject), essential)
    t.same(attempt(peer, reject), [])
    t.same(attempt(peer, reject), everything, 'it was something else, and may have been corrected')
  })
}

t.test('what the peer accepts is remembered until it is reset', async (t) => {
  const peer = started()
  attempt(peer, (connection) => peer.on(connection, { is: 'NotifMsg', notification: notification(2, 4) }))
  const accept = (connection: number) => {
    peer.on(connection, { is: 'BGPOpen', open: theirOpen() })
    peer.on(connection, { is: 'KeepAliveMsg' })
    peer.on(connection, { is: 'TcpConnectionFails', text: 'closed' })
  }
  t.same(attempt(peer, accept), withoutOptional)
  t.same(attempt(peer, accept), withoutOptional)
  peer.handle({ is: 'AutomaticStop', stop: { why: 'administrative-reset' } })
  t.same(attempt(peer, accept), everything)
})

t.test('the change is told with its reason', async (t) => {
  const peer = started()
  peer.handle({ is: 'Tcp_CR_Acked', connection: 1 as ConnectionId })
  const actions = peer.act({
    is: 'Session',
    connection: 1 as ConnectionId,
    event: { is: 'NotifMsg', notification: notification(2, 4) },
  })
  t.match(actions, [
    { do: 'close' },
    { do: 'ended' },
    { do: 'reduced', to: 'optional', because: 'OPEN Message Error/Unsupported Optional Parameter (2/4)' },
    { do: 'start-peer-timer' },
    { do: 'transition' },
  ])
})

t.test('other NOTIFICATIONs leave the offer as it is', async (t) => {
  const peer = started()
  // 2/7 with data names what the peer misses: less is no help. Bad Peer AS is no matter of capabilities.
  for (const reason of [notification(2, 7, [1, 4, 0, 1, 0, 128]), notification(2, 2), notification(6, 5)]) {
    t.same(
      attempt(peer, (connection) => peer.on(connection, { is: 'NotifMsg', notification: reason })),
      everything,
    )
  }
  t.equal(peer.peer.reduction, 'none')
})

t.test('a NOTIFICATION 2/0 in Established says nothing of our OPEN', async (t) => {
  const peer = started()
  attempt(peer, (connection) => {
    peer.on(connection, { is: 'BGPOpen', open: theirOpen() })
    peer.on(connection, { is: 'KeepAliveMsg' })
    peer.on(connection, { is: 'NotifMsg', notification: notification(2, 0) })
  })
  t.equal(peer.peer.reduction, 'none')
})

t.test('a peer of IPv6 alone is never offered nothing: that would mean IPv4', async (t) => {
  const peer = started({ settings: { families: ['ipv6/unicast'] } })
  const reject = (connection: number) =>
    peer.on(connection, { is: 'NotifMsg', notification: notification(2, 4) })
  const offers = Array.from({ length: 4 }, () => attempt(peer, reject).length)
  t.same(offers, [6, 3, 2, 6])
})

t.test('of the calls that a peer ends without a word, every fourth is a trial with less', async (t) => {
  const peer = started()
  const hangUp = (connection: number) =>
    peer.on(connection, { is: 'TcpConnectionFails', text: 'the peer closed the connection' })
  const offers = Array.from({ length: 9 }, () => attempt(peer, hangUp).length)
  const [all, some, few] = [everything, withoutOptional, essential].map(({ length }) => length)
  t.same(offers, [all, all, all, some, all, all, all, few, all])
})

t.test('a peer that calls after it hung up on us gets the full offer', async (t) => {
  const peer = started()
  for (let i = 0; i < 3; i++) {
    attempt(peer, (connection) => peer.on(connection, { is: 'TcpConnectionFails', text: 'closed' }))
  }
  const actions = peer.act({ is: 'TcpConnectionConfirmed', connection: peer.incoming() })
  const [open] = actions.flatMap((action) =>
    action.do === 'send' && action.message.kind === 'open' ? [action.message] : [],
  )
  t.same([...new Set(open?.capabilities.map(({ kind }) => kind))], everything)
})
