/** Sessions that end on purpose: what is said, and what comes after. */
import t from 'tap'
import type { ConnectionId } from '../../../bgp/fsm/session.js'
import { describeNotification } from '../../../bgp/notification.js'
import type { Stop } from '../../../bgp/stop.js'
import { type Machine, machineIn, notification, theirOpen } from './machine.js'

const limit = { afi: 2, safi: 1 }

/** What the peer offers decides how much of the session outlives its end. */
const peers: Readonly<Record<string, () => Machine>> = {
  'graceful restart and N bit': () => machineIn('Established'),
  'graceful restart without N bit': () => established(withoutNBit()),
  'no graceful restart': () =>
    established(
      theirOpen({ capabilities: theirOpen().capabilities.filter(({ kind }) => kind !== 'graceful-restart') }),
    ),
}

function established(open: ReturnType<typeof theirOpen>): Machine {
  const peer = machineIn('OpenSent')
  peer.on(1, { is: 'BGPOpen', open })
  peer.on(1, { is: 'KeepAliveMsg' })
  return peer
}

function withoutNBit(): ReturnType<typeof theirOpen> {
  const open = theirOpen()
  const capabilities = open.capabilities.map((capability) =>
    capability.kind === 'graceful-restart' ? { ...capability, notification: false } : capability,
  )
  return { ...open, capabilities }
}

/** The NOTIFICATION of each stop towards each of the peers above, in their order. */
const farewells: readonly { readonly stop: Stop; readonly says: readonly string[] }[] = [
  {
    stop: { why: 'administrative-shutdown', communication: 'maintenance' },
    says: [
      'Cease/Hard Reset (6/9): Cease/Administrative Shutdown (6/2): "maintenance"',
      'Cease/Administrative Shutdown (6/2): "maintenance"',
      'Cease/Administrative Shutdown (6/2): "maintenance"',
    ],
  },
  {
    stop: { why: 'administrative-reset' },
    says: [
      'Cease/Administrative Reset (6/4)',
      'Cease/Administrative Reset (6/4)',
      'Cease/Administrative Reset (6/4)',
    ],
  },
  {
    stop: { why: 'administrative-reset', hard: true },
    says: [
      'Cease/Hard Reset (6/9): Cease/Administrative Reset (6/4)',
      'Cease/Administrative Reset (6/4)',
      'Cease/Administrative Reset (6/4)',
    ],
  },
  {
    stop: { why: 'peer-de-configured' },
    says: [
      'Cease/Hard Reset (6/9): Cease/Peer De-configured (6/3)',
      'Cease/Peer De-configured (6/3)',
      'Cease/Peer De-configured (6/3)',
    ],
  },
  {
    stop: { why: 'decommission' },
    says: [
      'Cease/Hard Reset (6/9): Cease/Peer De-configured (6/3)',
      'Cease/Peer De-configured (6/3)',
      'Cease/Peer De-configured (6/3)',
    ],
  },
  {
    stop: { why: 'other-configuration-change' },
    says: [
      'Cease/Other Configuration Change (6/6)',
      'Cease/Other Configuration Change (6/6)',
      'Cease/Other Configuration Change (6/6)',
    ],
  },
  {
    stop: { why: 'maximum-prefixes', family: limit, limit: 1000 },
    says: [
      'Cease/Hard Reset (6/9): Cease/Maximum Number of Prefixes Reached (6/1): ipv6/unicast, limit 1000',
      'Cease/Maximum Number of Prefixes Reached (6/1): ipv6/unicast, limit 1000',
      'Cease/Maximum Number of Prefixes Reached (6/1): ipv6/unicast, limit 1000',
    ],
  },
  {
    stop: { why: 'out-of-resources' },
    says: ['Cease/Out of Resources (6/8)', 'Cease/Out of Resources (6/8)', 'Cease/Out of Resources (6/8)'],
  },
  {
    stop: { why: 'bfd-down' },
    says: ['Cease/Hard Reset (6/9): Cease/BFD Down (6/10)', 'Cease/BFD Down (6/10)', 'Cease/BFD Down (6/10)'],
  },
  { stop: { why: 'restart' }, says: ['nothing', 'nothing', 'Cease/Administrative Shutdown (6/2)'] },
]

t.equal(farewells.length, 10)

for (const { stop, says } of farewells) {
  t.test(`${stop.why}: what it says depends on what was negotiated`, async (t) => {
    for (const [i, [name, make]] of Object.entries(peers).entries()) {
      const actions = make().act({ is: 'ManualStop', stop })
      const sent = actions.flatMap((action) =>
        action.do === 'send' && action.message.kind === 'notification' ? [action.message] : [],
      )
      t.equal(sent.map(describeNotification).join() || 'nothing', says[i], name)
      t.ok(
        actions.some((action) => action.do === 'close' && action.how === 'flush'),
        'the connection closes after what was sent',
      )
    }
  })
}

t.test(
  'before Established a restart says nothing: the peer may still keep the routes of the last session',
  async (t) => {
    for (const state of ['OpenSent', 'OpenConfirm'] as const) {
      const peer = machineIn(state)
      t.same(peer.handle({ is: 'ManualStop', stop: { why: 'restart' } }), ['close', 'ended: stopped'])
    }
  },
)

t.test('ManualStop refuses callers until ManualStart', async (t) => {
  const peer = machineIn('Established')
  peer.handle({ is: 'ManualStop', stop: { why: 'administrative-shutdown' } })
  t.equal(peer.state, 'Idle')
  t.same(peer.handle({ is: 'TcpConnectionConfirmed', connection: peer.incoming() }), ['abort'])
  peer.handle({ is: 'AutomaticStop', stop: { why: 'administrative-reset' } })
  peer.handle({ is: 'AutomaticStart' })
  peer.handle({ is: 'IdleHoldTimer_Expires' })
  t.equal(peer.state, 'Idle', 'nothing automatic lifts it')
  t.same(peer.handle({ is: 'ManualStart' }), ['dial', 'start ConnectRetryTimer 5'])
})

t.test('ManualStop ends every connection', async (t) => {
  const peer = machineIn('OpenSent')
  peer.handle({ is: 'TcpConnectionConfirmed', connection: peer.incoming() })
  peer.handle({ is: 'ManualStop', stop: { why: 'peer-de-configured' } })
  t.same(peer.peer.sessions, [])
  t.equal(peer.done.filter((action) => action === 'send NOTIFICATION 6/3').length, 2)
})

t.test('a peer over its maximum of prefixes stays down until it is reset', async (t) => {
  const stop: Stop = { why: 'maximum-prefixes', family: limit, limit: 1000 }
  for (const reset of [
    { is: 'AutomaticStop', stop: { why: 'administrative-reset' } },
    { is: 'ManualStart' },
  ] as const) {
    const peer = machineIn('Established')
    t.same(peer.handle({ is: 'AutomaticStop', stop }), [
      'send NOTIFICATION 6/9',
      'close',
      'ended: stopped',
      'down: stopped',
    ])
    t.same(peer.peer.phase, { is: 'stopped', stop })
    t.same(peer.handle({ is: 'IdleHoldTimer_Expires' }), [])
    t.same(peer.handle({ is: 'ConnectRetryTimer_Expires' }), [])
    t.same(peer.handle({ is: 'AutomaticStart' }), [])
    t.same(peer.handle({ is: 'TcpConnectionConfirmed', connection: peer.incoming() }), ['abort'])
    t.same(peer.handle(reset), ['dial', 'start ConnectRetryTimer 5'])
  }
})

t.test('a reset comes back after the shortest wait, whatever went wrong before', async (t) => {
  const peer = machineIn('OpenSent')
  for (let i = 0; i < 4; i++) {
    peer.on(peer.peer.sessions[0]!.connection, { is: 'NotifMsg', notification: notification(2, 4) })
    peer.handle({ is: 'IdleHoldTimer_Expires' })
    peer.handle({ is: 'Tcp_CR_Acked', connection: peer.dialled as ConnectionId })
  }
  peer.on(peer.peer.sessions[0]!.connection, { is: 'BGPOpen', open: theirOpen() })
  const done = peer.handle({ is: 'AutomaticStop', stop: { why: 'administrative-reset' } })
  t.same(done, ['send NOTIFICATION 6/4', 'close', 'ended: stopped', 'start IdleHoldTimer 1'])
  t.equal(peer.peer.reduction, 'none', 'and the full offer is tried again')
})

t.test('a reset where there is nothing to end dials at once', async (t) => {
  const peer = machineIn('Active')
  t.same(peer.handle({ is: 'AutomaticStop', stop: { why: 'administrative-reset' } }), [
    'stop ConnectRetryTimer',
    'dial',
    'start ConnectRetryTimer 5',
  ])
})
