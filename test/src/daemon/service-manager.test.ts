import t from 'tap'
import { serviceManager } from '../../../src/daemon/service-manager.js'
import { fakeClock } from '../../support/fake-clock.js'

function told(variables: Record<string, string>, problem?: string) {
  const clock = fakeClock()
  const sent: string[] = []
  const failures: string[] = []
  const environment: Record<string, string | undefined> = { ...variables, PATH: '/bin' }
  const manager = serviceManager({
    environment,
    pid: 4711,
    clock,
    send: (path, text) => {
      sent.push(`${path} ${text}`)
      return problem
    },
    monotonicMicroseconds: () => 123456n,
    onFailure: (text) => failures.push(text),
  })
  return { clock, sent, failures, environment, manager }
}

t.test('start, reload and stop are told as sd_notify(3) wants', async (t) => {
  const { sent, manager, environment } = told({ NOTIFY_SOCKET: '/run/systemd/notify' })
  manager.status('0 of 1 peers established')
  manager.ready()
  manager.status('0 of 1 peers established')
  manager.status('1 of 1 peers\nestablished')
  manager.reloading()
  manager.ready()
  manager.stopping()
  t.same(
    sent,
    [
      'STATUS=0 of 1 peers established',
      'READY=1',
      'STATUS=1 of 1 peers established',
      'RELOADING=1\nMONOTONIC_USEC=123456',
      'READY=1',
      'STOPPING=1',
    ].map((text) => `/run/systemd/notify ${text}`),
    'a status only when it changes',
  )
  t.same(environment, { PATH: '/bin' }, 'health checks inherit none of it')
})

t.test('nobody is told where nobody listens', async (t) => {
  const { clock, sent, manager } = told({ WATCHDOG_USEC: '30000000' })
  manager.ready()
  manager.reloading()
  manager.status('x')
  manager.stopping()
  clock.advance(60_000)
  manager.close()
  t.same(sent, [])
})

const watchdogs = [
  { name: 'ours by number', WATCHDOG_PID: '4711', WATCHDOG_USEC: '30000000', signs: 5 },
  { name: 'anyone', WATCHDOG_USEC: '30000000', signs: 5 },
  { name: "another process'", WATCHDOG_PID: '1', WATCHDOG_USEC: '30000000', signs: 0 },
  { name: 'none', signs: 0 },
  { name: 'nonsense', WATCHDOG_USEC: 'often', signs: 0 },
  { name: 'no time', WATCHDOG_USEC: '0', signs: 0 },
]
t.ok(watchdogs.length > 0)

for (const { name, signs, ...variables } of watchdogs) {
  t.test(`a watchdog, ${name}: ${signs} signs of life in a minute`, async (t) => {
    const { clock, sent, manager } = told({ NOTIFY_SOCKET: '@herald', ...variables })
    clock.advance(60_000)
    t.same(sent, [], 'none before it is ready')
    manager.ready()
    clock.advance(60_000)
    t.equal(sent.filter((text) => text === '@herald WATCHDOG=1').length, signs)
    // A reload starts no second row of them.
    manager.reloading()
    manager.ready()
    manager.close()
    t.equal(clock.pending, 0)
  })
}

t.test('a socket that takes nothing is told once', async (t) => {
  const { failures, manager } = told({ NOTIFY_SOCKET: '/gone' }, 'Connection refused')
  manager.ready()
  manager.stopping()
  t.same(failures, ['/gone: Connection refused'])
})
