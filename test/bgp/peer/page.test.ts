/** RFC 4271 §8.2.2 as a page: every state against every event. Hold it against the RFC. */
import t from 'tap'
import type { ConnectionId } from '../../../bgp/fsm/session.js'
import { type Machine, machineIn, notification, theirOpen } from './machine.js'

/**
 * Columns: event, number, next state, actions. Not repeated in each row: `close` and `abort` end all timers of their
 * connection, "ended" is for the record, and ConnectRetryTimer does not run once there is a connection of ours.
 *
 * Where it differs from the RFC, on purpose:
 * (a) §8.2.2 refuses connections in IdleHold; a peer that calls is taken at once.
 * (b) §8.2.2, Connect, event 18 goes to Idle; the wait for the automatic start that would follow is known as Active.
 * (c) Timers that do not run are no FSM error (events 9, 11, 13): one that fires late ends no session.
 * (d) §8.2.2, Established, event 21 is an FSM error; §6.1 has the better code. Event 22 is RFC 6608's 5/3.
 * (e) Events of connections that are over cannot come in the RFC's model; here they are ignored.
 * (f) Event 8 counts as an error with a back-off, except for the resets (test/bgp/peer/stop.test.ts).
 * (g) Event 23 comes while another connection to the peer stays, so it is no error and has no back-off.
 * (h) Event 19 on the winner of a collision: the KEEPALIVE waits for the loser to close (collision.test.ts).
 */
const page = `
Idle, not started
  ManualStart                 1  Connect      dial, start ConnectRetryTimer 5
  ManualStop                  2  Idle
  AutomaticStart              3  Connect      dial, start ConnectRetryTimer 5
  AutomaticStop               8  Idle
  ConnectRetryTimer_Expires   9  Idle
  HoldTimer_Expires          10  Idle
  KeepaliveTimer_Expires     11  Idle
  IdleHoldTimer_Expires      13  Idle
  Tcp_CR_Acked               16  Idle         abort
  TcpConnectionConfirmed     17  Idle         abort
  TcpConnectionFails         18  Idle
  BGPOpen                    19  Idle
  BGPHeaderErr               21  Idle
  BGPOpenMsgErr              22  Idle
  OpenCollisionDump          23  Idle
  NotifMsgVerErr             24  Idle
  NotifMsg                   25  Idle
  KeepAliveMsg               26  Idle
  UpdateMsg                  27  Idle
  UpdateMsgErr               28  Idle
  SendHoldTimer_Expires      29  Idle
  RouteRefreshMsg             -  Idle

Idle, stopped
  ManualStart                 1  Connect      dial, start ConnectRetryTimer 5
  ManualStop                  2  Idle
  AutomaticStart              3  Idle
  AutomaticStop               8  Idle
  ConnectRetryTimer_Expires   9  Idle
  HoldTimer_Expires          10  Idle
  KeepaliveTimer_Expires     11  Idle
  IdleHoldTimer_Expires      13  Idle
  Tcp_CR_Acked               16  Idle         abort
  TcpConnectionConfirmed     17  Idle         abort
  TcpConnectionFails         18  Idle
  BGPOpen                    19  Idle
  BGPHeaderErr               21  Idle
  BGPOpenMsgErr              22  Idle
  OpenCollisionDump          23  Idle
  NotifMsgVerErr             24  Idle
  NotifMsg                   25  Idle
  KeepAliveMsg               26  Idle
  UpdateMsg                  27  Idle
  UpdateMsgErr               28  Idle
  SendHoldTimer_Expires      29  Idle
  RouteRefreshMsg             -  Idle

Idle, IdleHold
  ManualStart                 1  Connect      stop IdleHoldTimer, dial, start ConnectRetryTimer 5
  ManualStop                  2  Idle         stop IdleHoldTimer
  AutomaticStart              3  Idle
  AutomaticStop               8  Idle         stop IdleHoldTimer, start IdleHoldTimer 2                       (f)
  ConnectRetryTimer_Expires   9  Idle
  HoldTimer_Expires          10  Idle
  KeepaliveTimer_Expires     11  Idle
  IdleHoldTimer_Expires      13  Connect      stop IdleHoldTimer, dial, start ConnectRetryTimer 5
  Tcp_CR_Acked               16  Idle         abort
  TcpConnectionConfirmed     17  OpenSent     send OPEN, start HoldTimer 240                                  (a)
  TcpConnectionFails         18  Idle
  BGPOpen                    19  Idle
  BGPHeaderErr               21  Idle
  BGPOpenMsgErr              22  Idle
  OpenCollisionDump          23  Idle
  NotifMsgVerErr             24  Idle
  NotifMsg                   25  Idle
  KeepAliveMsg               26  Idle
  UpdateMsg                  27  Idle
  UpdateMsgErr               28  Idle
  SendHoldTimer_Expires      29  Idle
  RouteRefreshMsg             -  Idle

Connect
  ManualStart                 1  Connect
  ManualStop                  2  Idle         cancel dial, stop ConnectRetryTimer
  AutomaticStart              3  Connect
  AutomaticStop               8  Idle         cancel dial, stop ConnectRetryTimer, start IdleHoldTimer 1      (f)
  ConnectRetryTimer_Expires   9  Connect      cancel dial, dial, start ConnectRetryTimer 5
  HoldTimer_Expires          10  Connect                                                                     (e)
  KeepaliveTimer_Expires     11  Connect                                                                     (e)
  IdleHoldTimer_Expires      13  Connect                                                                     (c)
  Tcp_CR_Acked               16  OpenSent     stop ConnectRetryTimer, send OPEN, start HoldTimer 240
  TcpConnectionConfirmed     17  OpenSent     send OPEN, start HoldTimer 240
  TcpConnectionFails         18  Active       start ConnectRetryTimer 5                                       (b)
  BGPOpen                    19  Connect                                                                     (e)
  BGPHeaderErr               21  Connect                                                                     (e)
  BGPOpenMsgErr              22  Connect                                                                     (e)
  OpenCollisionDump          23  Connect                                                                     (e)
  NotifMsgVerErr             24  Connect                                                                     (e)
  NotifMsg                   25  Connect                                                                     (e)
  KeepAliveMsg               26  Connect                                                                     (e)
  UpdateMsg                  27  Connect                                                                     (e)
  UpdateMsgErr               28  Connect                                                                     (e)
  SendHoldTimer_Expires      29  Connect                                                                     (e)
  RouteRefreshMsg             -  Connect                                                                     (e)

Active
  ManualStart                 1  Active
  ManualStop                  2  Idle         stop ConnectRetryTimer
  AutomaticStart              3  Active
  AutomaticStop               8  Idle         stop ConnectRetryTimer, start IdleHoldTimer 1                   (f)
  ConnectRetryTimer_Expires   9  Connect      dial, start ConnectRetryTimer 5
  HoldTimer_Expires          10  Active                                                                      (e)
  KeepaliveTimer_Expires     11  Active                                                                      (e)
  IdleHoldTimer_Expires      13  Active                                                                      (c)
  Tcp_CR_Acked               16  Active       abort
  TcpConnectionConfirmed     17  OpenSent     send OPEN, start HoldTimer 240
  TcpConnectionFails         18  Active                                                                      (e)
  BGPOpen                    19  Active                                                                      (e)
  BGPHeaderErr               21  Active                                                                      (e)
  BGPOpenMsgErr              22  Active                                                                      (e)
  OpenCollisionDump          23  Active                                                                      (e)
  NotifMsgVerErr             24  Active                                                                      (e)
  NotifMsg                   25  Active                                                                      (e)
  KeepAliveMsg               26  Active                                                                      (e)
  UpdateMsg                  27  Active                                                                      (e)
  UpdateMsgErr               28  Active                                                                      (e)
  SendHoldTimer_Expires      29  Active                                                                      (e)
  RouteRefreshMsg             -  Active                                                                      (e)

OpenSent
  ManualStart                 1  OpenSent
  ManualStop                  2  Idle         send NOTIFICATION 6/2, close, ended: stopped
  AutomaticStart              3  OpenSent
  AutomaticStop               8  Idle         send NOTIFICATION 6/8, close, ended: stopped, start IdleHoldTimer 1
  ConnectRetryTimer_Expires   9  OpenSent                                                                    (c)
  HoldTimer_Expires          10  Idle         send NOTIFICATION 4/0, close, ended: error, start IdleHoldTimer 1
  KeepaliveTimer_Expires     11  OpenSent                                                                    (c)
  IdleHoldTimer_Expires      13  OpenSent                                                                    (c)
  Tcp_CR_Acked               16  OpenSent     abort
  TcpConnectionConfirmed     17  OpenSent     send OPEN, start HoldTimer 240
  TcpConnectionFails         18  Active       abort, ended: connection-lost, start ConnectRetryTimer 5
  BGPOpen                    19  OpenConfirm  negotiated, send KEEPALIVE, start HoldTimer 90, start KeepaliveTimer 30
  BGPHeaderErr               21  Idle         send NOTIFICATION 1/1, close, ended: error, start IdleHoldTimer 1
  BGPOpenMsgErr              22  Idle         send NOTIFICATION 2/1, close, ended: error, start IdleHoldTimer 1
  OpenCollisionDump          23  Active       send NOTIFICATION 6/7, close, ended: collision, start ConnectRetryTimer 5   (g)
  NotifMsgVerErr             24  Idle         close, ended: error, start IdleHoldTimer 1
  NotifMsg                   25  Idle         close, ended: error, start IdleHoldTimer 1
  KeepAliveMsg               26  Idle         send NOTIFICATION 5/1, close, ended: error, start IdleHoldTimer 1
  UpdateMsg                  27  Idle         send NOTIFICATION 5/1, close, ended: error, start IdleHoldTimer 1
  UpdateMsgErr               28  Idle         send NOTIFICATION 5/1, close, ended: error, start IdleHoldTimer 1
  SendHoldTimer_Expires      29  OpenSent                                                                    (c)
  RouteRefreshMsg             -  Idle         send NOTIFICATION 5/1, close, ended: error, start IdleHoldTimer 1

OpenConfirm
  ManualStart                 1  OpenConfirm
  ManualStop                  2  Idle         send NOTIFICATION 6/2, close, ended: stopped
  AutomaticStart              3  OpenConfirm
  AutomaticStop               8  Idle         send NOTIFICATION 6/8, close, ended: stopped, start IdleHoldTimer 1
  ConnectRetryTimer_Expires   9  OpenConfirm                                                                 (c)
  HoldTimer_Expires          10  Idle         send NOTIFICATION 4/0, close, ended: error, start IdleHoldTimer 1
  KeepaliveTimer_Expires     11  OpenConfirm  send KEEPALIVE, start KeepaliveTimer 30
  IdleHoldTimer_Expires      13  OpenConfirm                                                                 (c)
  Tcp_CR_Acked               16  OpenConfirm  abort
  TcpConnectionConfirmed     17  OpenConfirm  send OPEN, start HoldTimer 240
  TcpConnectionFails         18  Idle         abort, ended: connection-lost, start IdleHoldTimer 1
  BGPOpen                    19  Idle         send NOTIFICATION 5/2, close, ended: error, start IdleHoldTimer 1
  BGPHeaderErr               21  Idle         send NOTIFICATION 1/1, close, ended: error, start IdleHoldTimer 1
  BGPOpenMsgErr              22  Idle         send NOTIFICATION 2/1, close, ended: error, start IdleHoldTimer 1
  OpenCollisionDump          23  Active       send NOTIFICATION 6/7, close, ended: collision, start ConnectRetryTimer 5   (g)
  NotifMsgVerErr             24  Idle         close, ended: error, start IdleHoldTimer 1
  NotifMsg                   25  Idle         close, ended: error, start IdleHoldTimer 1
  KeepAliveMsg               26  Established  start HoldTimer 90, start SendHoldTimer 480, established
  UpdateMsg                  27  Idle         send NOTIFICATION 5/2, close, ended: error, start IdleHoldTimer 1
  UpdateMsgErr               28  Idle         send NOTIFICATION 5/2, close, ended: error, start IdleHoldTimer 1
  SendHoldTimer_Expires      29  OpenConfirm                                                                 (c)
  RouteRefreshMsg             -  Idle         send NOTIFICATION 5/2, close, ended: error, start IdleHoldTimer 1

Established
  ManualStart                 1  Established
  ManualStop                  2  Idle         send NOTIFICATION 6/2, close, ended: stopped, down: stopped
  AutomaticStart              3  Established
  AutomaticStop               8  Idle         send NOTIFICATION 6/8, close, ended: stopped, down: stopped, start IdleHoldTimer 1
  ConnectRetryTimer_Expires   9  Established                                                                 (c)
  HoldTimer_Expires          10  Idle         send NOTIFICATION 4/0, close, ended: error, down: error, start IdleHoldTimer 1
  KeepaliveTimer_Expires     11  Established  send KEEPALIVE, start KeepaliveTimer 30
  IdleHoldTimer_Expires      13  Established                                                                 (c)
  Tcp_CR_Acked               16  Established  abort
  TcpConnectionConfirmed     17  Established  send OPEN, start HoldTimer 240
  TcpConnectionFails         18  Idle         abort, ended: connection-lost, down: connection-lost, start IdleHoldTimer 1
  BGPOpen                    19  Idle         send NOTIFICATION 5/3, close, ended: error, down: error, start IdleHoldTimer 1
  BGPHeaderErr               21  Idle         send NOTIFICATION 1/1, close, ended: error, down: error, start IdleHoldTimer 1   (d)
  BGPOpenMsgErr              22  Idle         send NOTIFICATION 5/3, close, ended: error, down: error, start IdleHoldTimer 1   (d)
  OpenCollisionDump          23  Active       send NOTIFICATION 6/7, close, ended: collision, down: collision, start ConnectRetryTimer 5   (g)
  NotifMsgVerErr             24  Idle         close, ended: error, down: error, start IdleHoldTimer 1
  NotifMsg                   25  Idle         close, ended: error, down: error, start IdleHoldTimer 1
  KeepAliveMsg               26  Established
  UpdateMsg                  27  Established  deliver
  UpdateMsgErr               28  Idle         send NOTIFICATION 3/10, close, ended: error, down: error, start IdleHoldTimer 1
  SendHoldTimer_Expires      29  Idle         abort, ended: error, down: error, start IdleHoldTimer 1
  RouteRefreshMsg             -  Established  deliver
`

/** Without graceful restart, which has a page of its own in stop.test.ts. */
const plain = { settings: { gracefulRestart: { enabled: false, restartTimeSeconds: 120 } } }

const states: Readonly<Record<string, () => Machine>> = {
  'Idle, not started': () => machineIn('Idle', plain),
  'Idle, stopped': () => after('Connect', 'ManualStop'),
  'Idle, IdleHold': () => after('OpenConfirm', 'NotifMsg'),
  Connect: () => machineIn('Connect', plain),
  Active: () => machineIn('Active', plain),
  OpenSent: () => machineIn('OpenSent', plain),
  OpenConfirm: () => machineIn('OpenConfirm', plain),
  Established: () => machineIn('Established', plain),
}

/** The connection that `machineIn` opens. */
const connection = 1 as ConnectionId
/** One that was given up. */
const stale = 99 as ConnectionId

const events: Readonly<Record<string, (peer: Machine) => readonly string[]>> = {
  ManualStart: (peer) => peer.handle({ is: 'ManualStart' }),
  ManualStop: (peer) => peer.handle({ is: 'ManualStop', stop: { why: 'administrative-shutdown' } }),
  AutomaticStart: (peer) => peer.handle({ is: 'AutomaticStart' }),
  AutomaticStop: (peer) => peer.handle({ is: 'AutomaticStop', stop: { why: 'out-of-resources' } }),
  ConnectRetryTimer_Expires: (peer) => peer.handle({ is: 'ConnectRetryTimer_Expires' }),
  HoldTimer_Expires: (peer) => peer.on(connection, { is: 'HoldTimer_Expires' }),
  KeepaliveTimer_Expires: (peer) => peer.on(connection, { is: 'KeepaliveTimer_Expires' }),
  IdleHoldTimer_Expires: (peer) => peer.handle({ is: 'IdleHoldTimer_Expires' }),
  Tcp_CR_Acked: (peer) =>
    peer.handle({ is: 'Tcp_CR_Acked', connection: (peer.dialled || stale) as ConnectionId }),
  TcpConnectionConfirmed: (peer) =>
    peer.handle({ is: 'TcpConnectionConfirmed', connection: peer.incoming() }),
  TcpConnectionFails: (peer) =>
    peer.state === 'Connect'
      ? peer.handle({ is: 'DialFails', connection, text: 'refused' })
      : peer.on(connection, { is: 'TcpConnectionFails', text: 'reset' }),
  BGPOpen: (peer) => peer.on(connection, { is: 'BGPOpen', open: theirOpen() }),
  BGPHeaderErr: (peer) =>
    peer.on(connection, { is: 'BGPHeaderErr', fault: { kind: 'connection-not-synchronized' } }),
  BGPOpenMsgErr: (peer) =>
    peer.on(connection, { is: 'BGPOpenMsgErr', fault: { kind: 'unsupported-version', version: 3 } }),
  OpenCollisionDump: (peer) => peer.on(connection, { is: 'OpenCollisionDump' }),
  NotifMsgVerErr: (peer) => peer.on(connection, { is: 'NotifMsgVerErr', notification: notification(2, 1) }),
  NotifMsg: (peer) => peer.on(connection, { is: 'NotifMsg', notification: notification(6, 4) }),
  KeepAliveMsg: (peer) => peer.on(connection, { is: 'KeepAliveMsg' }),
  UpdateMsg: (peer) => peer.on(connection, { is: 'UpdateMsg' }),
  UpdateMsgErr: (peer) =>
    peer.on(connection, { is: 'UpdateMsgErr', fault: { kind: 'invalid-network-field', because: '/33' } }),
  SendHoldTimer_Expires: (peer) => peer.on(connection, { is: 'SendHoldTimer_Expires' }),
  RouteRefreshMsg: (peer) => peer.on(connection, { is: 'RouteRefreshMsg' }),
}

function after(state: 'Connect' | 'OpenConfirm', event: 'ManualStop' | 'NotifMsg'): Machine {
  const peer = machineIn(state, plain)
  events[event]!(peer)
  return peer
}

interface Row {
  readonly state: string
  readonly event: string
  readonly next: string
  readonly actions: string
}

function readPage(): readonly Row[] {
  const rows: Row[] = []
  let state = ''
  for (const line of page.split('\n').filter((each) => each !== '')) {
    const row = /^ {2}(\w+) +(?:\d+|-) {2}(\w+) *(.*?) *(?:\([a-g]\))?$/.exec(line)
    if (row === null) state = line
    else rows.push({ state, event: row[1]!, next: row[2]!, actions: row[3]! })
  }
  return rows
}

const rows = readPage()

t.test('the page has every state and every event, once', async (t) => {
  const cells = Object.keys(states).flatMap((state) =>
    Object.keys(events).map((event) => `${state}: ${event}`),
  )
  t.same(
    rows.map(({ state, event }) => `${state}: ${event}`),
    cells,
  )
  t.equal(cells.length, 8 * 22)
})

for (const [state, make] of Object.entries(states)) {
  t.test(state, async (t) => {
    for (const { event, next, actions } of rows.filter((row) => row.state === state)) {
      const peer = make()
      t.equal(peer.state, state.split(',')[0], `starts in ${state}`)
      t.equal(events[event]!(peer).join(', '), actions, `${event} does: ${actions || 'nothing'}`)
      t.equal(peer.state, next, `${event} leads to ${next}`)
    }
  })
}
