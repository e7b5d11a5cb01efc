/** Two connections to one peer: RFC 4271 §6.8, RFC 6286 §2.3, RFC 4724 §5. */
import t from 'tap'
import type { Asn } from '../../../bgp/asn.js'
import type { ConnectionId } from '../../../bgp/fsm/session.js'
import type { HoldTime } from '../../../bgp/hold-time.js'
import type { BgpIdentifier } from '../../../bgp/identifier.js'
import {
  type Machine,
  type MachineOptions,
  machine,
  theirOpen,
  theirOpenWithout,
  them,
  us,
} from './machine.js'

const outgoing = 1
const incoming = 2

/** Our connection and the peer's, both open, no OPEN received yet. */
function both(options: MachineOptions = {}): Machine {
  const peer = machine(options)
  peer.handle({ is: 'ManualStart' })
  peer.handle({ is: 'Tcp_CR_Acked', connection: outgoing as ConnectionId })
  peer.handle({ is: 'TcpConnectionConfirmed', connection: peer.incoming() })
  t.same(directions(peer), ['outgoing', 'incoming'])
  return peer
}

function directions(peer: Machine): readonly string[] {
  return peer.peer.sessions.map(({ direction }) => direction)
}

const closed = { is: 'TcpConnectionFails', text: 'closed' } as const

const low = 0x01000001 as BgpIdentifier
const high = 0xf0000001 as BgpIdentifier

/** Who has which identifier and AS, and which connection stays. */
const orders = [
  { name: 'ours is higher', ours: high, theirs: low, asn: 65001, stays: 'outgoing' },
  // 0xf0000001 is negative as a signed number: identifiers are "4-octet unsigned integers".
  { name: 'theirs is higher', ours: low, theirs: high, asn: 65001, stays: 'incoming' },
  { name: 'equal, our AS is larger', ours: low, theirs: low, asn: 65001, stays: 'outgoing' },
  { name: 'equal, their AS is larger', ours: low, theirs: low, asn: 64999, stays: 'incoming' },
] as const

t.equal(orders.length, 4)

for (const { name, ours, theirs, asn, stays } of orders) {
  const options: MachineOptions = {
    speaker: { ...us, asn: asn as Asn, routerId: ours },
    settings: { localAs: asn as Asn },
  }
  const open = theirOpen({ identifier: theirs })
  const winner = stays === 'outgoing' ? outgoing : incoming
  const loser = stays === 'outgoing' ? incoming : outgoing

  t.test(`identifiers: ${name}: the ${stays} connection stays`, async (t) => {
    t.test('the OPEN comes over the winner first', async (t) => {
      const peer = both(options)
      t.same(peer.on(winner, { is: 'BGPOpen', open }), [
        'negotiated',
        'start HoldTimer 90',
        'start KeepaliveTimer 1',
        'send NOTIFICATION 6/7',
        'close',
        'ended: collision',
      ])
      t.same(directions(peer), [stays])
      t.equal(peer.state, 'OpenConfirm')
      t.same(peer.on(loser, closed), ['send KEEPALIVE', 'start KeepaliveTimer 30'])
      peer.on(winner, { is: 'KeepAliveMsg' })
      t.equal(peer.state, 'Established')
    })

    t.test(
      'the winner is not accepted before the loser has closed, though the peer accepts it',
      async (t) => {
        const peer = both(options)
        peer.on(winner, { is: 'BGPOpen', open })
        t.same(peer.on(winner, { is: 'KeepAliveMsg' }), ['start HoldTimer 90'])
        t.equal(peer.state, 'OpenConfirm')
        t.same(peer.on(loser, closed), [
          'send KEEPALIVE',
          'start KeepaliveTimer 30',
          'start HoldTimer 90',
          'start SendHoldTimer 480',
          'established',
        ])
        t.equal(peer.state, 'Established')
        t.same(peer.on(loser, closed), [])
      },
    )

    t.test('a loser that does not close is waited for no longer than a second', async (t) => {
      for (const accepted of [false, true]) {
        const peer = both(options)
        peer.on(winner, { is: 'BGPOpen', open })
        if (accepted) peer.on(winner, { is: 'KeepAliveMsg' })
        const done = peer.on(winner, { is: 'KeepaliveTimer_Expires' })
        t.same(done.slice(0, 2), ['send KEEPALIVE', 'start KeepaliveTimer 30'])
        t.equal(peer.state, accepted ? 'Established' : 'OpenConfirm')
        t.same(peer.on(loser, closed), [], 'its end comes too late to change anything')
      }
    })

    t.test('without a hold time, one KEEPALIVE accepts the winner, and no other follows', async (t) => {
      for (const end of [
        (peer: Machine) => peer.on(loser, closed),
        (peer: Machine) => peer.on(winner, { is: 'KeepaliveTimer_Expires' }),
      ]) {
        const peer = both({ ...options, settings: { ...options.settings, holdTime: 0 as HoldTime } })
        t.same(peer.on(winner, { is: 'BGPOpen', open }).slice(0, 3), [
          'negotiated',
          'stop HoldTimer',
          'start KeepaliveTimer 1',
        ])
        t.same(end(peer), ['send KEEPALIVE', 'stop KeepaliveTimer'])
        peer.on(winner, { is: 'KeepAliveMsg' })
        t.equal(peer.state, 'Established')
      }
    })

    t.test('the OPEN comes over the loser first, which never gets a KEEPALIVE', async (t) => {
      const peer = both(options)
      const done = peer.on(loser, { is: 'BGPOpen', open })
      t.same(done.slice(0, 3), ['send NOTIFICATION 6/7', 'close', 'ended: collision'])
      t.notOk(done.includes('send KEEPALIVE'))
      t.same(directions(peer), [stays])
      t.equal(peer.state, 'OpenSent')
      const late = peer.on(winner, { is: 'BGPOpen', open })
      t.notOk(late.includes('send KEEPALIVE'), 'nor the winner, while the loser is closing')
      t.ok(peer.on(loser, closed).includes('send KEEPALIVE'))
    })

    t.test('a loser that has closed before the OPEN of the winner puts nothing off', async (t) => {
      const peer = both(options)
      peer.on(loser, { is: 'BGPOpen', open })
      t.same(peer.on(loser, closed), [])
      t.ok(peer.on(winner, { is: 'BGPOpen', open }).includes('send KEEPALIVE'))
    })

    t.test('the winner comes up when the other is in OpenConfirm', async (t) => {
      const peer = machine(options)
      peer.handle({ is: 'ManualStart' })
      if (loser === incoming) {
        peer.handle({ is: 'TcpConnectionConfirmed', connection: peer.incoming() })
        peer.on(incoming, { is: 'BGPOpen', open })
        t.equal(peer.dialled, outgoing, 'the dial goes on: it may win')
        peer.handle({ is: 'Tcp_CR_Acked', connection: outgoing as ConnectionId })
      } else {
        peer.handle({ is: 'Tcp_CR_Acked', connection: outgoing as ConnectionId })
        peer.on(outgoing, { is: 'BGPOpen', open })
        peer.handle({ is: 'TcpConnectionConfirmed', connection: peer.incoming() })
      }
      t.equal(peer.state, 'OpenConfirm')
      peer.on(winner, { is: 'BGPOpen', open })
      t.same(directions(peer), [stays])
      t.equal(peer.state, 'OpenConfirm')
    })

    t.test('an Established session stays, whoever opened the new connection', async (t) => {
      const peer = machine({ ...options, settings: { ...options.settings, gracefulRestart: off } })
      peer.handle({ is: 'ManualStart' })
      peer.handle({ is: 'Tcp_CR_Acked', connection: outgoing as ConnectionId })
      peer.on(outgoing, { is: 'BGPOpen', open: theirOpen({ identifier: theirs }, { gracefulRestart: off }) })
      peer.on(outgoing, { is: 'KeepAliveMsg' })
      peer.handle({ is: 'TcpConnectionConfirmed', connection: peer.incoming() })
      t.same(peer.on(incoming, { is: 'BGPOpen', open }), [
        'send NOTIFICATION 6/7',
        'close',
        'ended: collision',
      ])
      t.equal(peer.state, 'Established')
      t.same(peer.on(outgoing, { is: 'UpdateMsg' }), ['deliver'])
    })
  })
}

const off = { enabled: false, restartTimeSeconds: 120 }

t.test('a dial that would lose is given up once the OPEN of the other is good', async (t) => {
  const peer = machine({ speaker: { ...us, routerId: low } })
  peer.handle({ is: 'ManualStart' })
  peer.handle({ is: 'TcpConnectionConfirmed', connection: peer.incoming() })
  const done = peer.on(incoming, { is: 'BGPOpen', open: theirOpen({ identifier: high }) })
  t.same(done.slice(-2), ['cancel dial', 'stop ConnectRetryTimer'])
  t.same(
    peer.handle({ is: 'Tcp_CR_Acked', connection: outgoing as ConnectionId }),
    ['abort'],
    'it came too late',
  )
})

t.test('a dial is given up at the latest when another session is Established', async (t) => {
  const peer = machine({ speaker: { ...us, routerId: high } })
  peer.handle({ is: 'ManualStart' })
  peer.handle({ is: 'TcpConnectionConfirmed', connection: peer.incoming() })
  t.notOk(peer.on(incoming, { is: 'BGPOpen', open: theirOpen() }).includes('cancel dial'))
  t.same(peer.on(incoming, { is: 'KeepAliveMsg' }), [
    'start HoldTimer 90',
    'start SendHoldTimer 480',
    'cancel dial',
    'stop ConnectRetryTimer',
    'established',
  ])
})

t.test('a connection without an OPEN is dumped when the other one is Established', async (t) => {
  const peer = both({ speaker: { ...us, routerId: high } })
  peer.on(outgoing, { is: 'BGPOpen', open: theirOpen() })
  peer.on(incoming, closed)
  peer.handle({ is: 'TcpConnectionConfirmed', connection: peer.incoming() })
  const done = peer.on(outgoing, { is: 'KeepAliveMsg' })
  t.ok(done.includes('send NOTIFICATION 6/7'))
  t.equal(done.at(-1), 'established')
  t.same(directions(peer), ['outgoing'])
})

t.test('the loser disturbs nothing: a bad OPEN ends its own connection alone', async (t) => {
  const peer = both()
  peer.on(outgoing, { is: 'BGPOpen', open: theirOpen() })
  peer.on(incoming, closed)
  peer.handle({ is: 'TcpConnectionConfirmed', connection: peer.incoming() })
  const done = peer.on(3, { is: 'BGPOpen', open: theirOpen({ as: 64512, capabilities: [] }) })
  t.same(done, ['send NOTIFICATION 2/2', 'close', 'ended: error'])
  t.same(directions(peer), ['outgoing'])
  t.equal(peer.peer.connectRetryCounter, 0, 'no error of the peer that is talked to')
})

t.test('a newer incoming connection takes the place of one that is not Established', async (t) => {
  const peer = machine({ settings: { passive: true } })
  peer.handle({ is: 'ManualStart' })
  peer.handle({ is: 'TcpConnectionConfirmed', connection: peer.incoming() })
  peer.on(1, { is: 'BGPOpen', open: theirOpen() })
  t.equal(peer.state, 'OpenConfirm')
  t.same(peer.handle({ is: 'TcpConnectionConfirmed', connection: peer.incoming() }), [
    'send NOTIFICATION 6/7',
    'close',
    'ended: collision',
    'send OPEN',
    'start HoldTimer 240',
  ])
  t.same(
    peer.peer.sessions.map(({ connection }) => connection),
    [2],
  )
})

t.test(
  'a peer that has restarted replaces its old session without a NOTIFICATION (RFC 4724 §5)',
  async (t) => {
    const peer = both({ speaker: { ...us, routerId: high } })
    peer.on(outgoing, { is: 'BGPOpen', open: theirOpen() })
    peer.on(incoming, closed)
    peer.on(outgoing, { is: 'KeepAliveMsg' })
    t.same(peer.handle({ is: 'TcpConnectionConfirmed', connection: peer.incoming() }), [
      'send OPEN',
      'start HoldTimer 240',
    ])
    t.equal(peer.state, 'Established', 'TCP alone replaces nothing')
    peer.now += 10
    t.same(peer.on(3, { is: 'BGPOpen', open: theirOpen() }), [
      'negotiated',
      'send KEEPALIVE',
      'start HoldTimer 90',
      'start KeepaliveTimer 30',
      'close',
      'ended: replaced',
      'down: replaced',
    ])
    t.equal(peer.state, 'OpenConfirm')
    t.equal(peer.peer.connectRetryCounter, 0)
    peer.on(3, { is: 'KeepAliveMsg' })
    t.equal(peer.state, 'Established')
    t.same(peer.transitions.slice(-2), [
      "Established → OpenConfirm: the peer's OPEN is acceptable",
      'OpenConfirm → Established: the peer accepted our OPEN',
    ])
  },
)

t.test('a helper without families of its own replaces nothing (RFC 4724 §5)', async (t) => {
  for (const open of [theirOpen({}, { gracefulRestart: off }), theirOpenWithout('graceful-restart')]) {
    const peer = both()
    peer.on(outgoing, { is: 'BGPOpen', open })
    peer.on(incoming, closed)
    peer.on(outgoing, { is: 'KeepAliveMsg' })
    peer.now += 3600
    peer.handle({ is: 'TcpConnectionConfirmed', connection: peer.incoming() })
    t.ok(peer.on(3, { is: 'BGPOpen', open }).includes('send NOTIFICATION 6/7'))
    t.equal(peer.state, 'Established')
  }
})

t.test('a late OPEN of a simultaneous open replaces nothing', async (t) => {
  const peer = both({ speaker: { ...us, routerId: high } })
  peer.on(outgoing, { is: 'BGPOpen', open: theirOpen() })
  peer.on(incoming, closed)
  peer.on(outgoing, { is: 'KeepAliveMsg' })
  peer.handle({ is: 'TcpConnectionConfirmed', connection: peer.incoming() })
  peer.now += 9
  t.same(peer.on(3, { is: 'BGPOpen', open: theirOpen() }), [
    'send NOTIFICATION 6/7',
    'close',
    'ended: collision',
  ])
})

t.test('a bad OPEN does not replace the session either', async (t) => {
  const peer = both()
  peer.on(outgoing, { is: 'BGPOpen', open: theirOpen() })
  peer.on(incoming, closed)
  peer.on(outgoing, { is: 'KeepAliveMsg' })
  peer.handle({ is: 'TcpConnectionConfirmed', connection: peer.incoming() })
  const open = theirOpen({ holdTimeSeconds: 1 }, {}, them)
  t.same(peer.on(3, { is: 'BGPOpen', open }), ['send NOTIFICATION 2/6', 'close', 'ended: error'])
  t.equal(peer.state, 'Established')
})
