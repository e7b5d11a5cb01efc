import { resolve } from 'node:path'
import { PassThrough } from 'node:stream'
import t from 'tap'
import { whileWaiting } from '../../../src/cli/patience.js'
import { openScreen } from '../../../src/cli/screen.js'
import { fakeClock } from '../../support/fake-clock.js'
import { requires } from '../../support/requires.js'
import { CTRL_C, onTerminal } from '../../support/typing.js'
import { status } from '../control/reports.js'
import { serving } from '../control/serving.js'
import { runHerald } from './run-herald.js'

const watched = [
  ['status'],
  ['peers'],
  ['peers', 'tor-1'],
  ['routes', 'available'],
  ['health'],
  ['l2'],
  ['l2', 'askers'],
]

t.ok(watched.length > 0)
for (const args of watched) {
  t.test(`herald ${args.join(' ')} --watch into a pipe: one table after the other`, async (t) => {
    const { socket } = await serving(t)
    const env = { HERALD_SOCKET: socket }
    const once = await runHerald(args, { env })
    const twice = `${once.stdout}\n${once.stdout}`
    const ended = await runHerald([...args, '--watch', '--interval', '100ms'], {
      env,
      enough: (stdout) => stdout.startsWith(twice),
    })
    t.same({ code: ended.code, stderr: ended.stderr }, { code: 0, stderr: '' })
    t.ok(ended.stdout.startsWith(twice))
  })
}

t.test('as JSON each answer is a line', async (t) => {
  const { socket } = await serving(t)
  const { stdout } = await runHerald(['status', '--watch', '--interval', '100ms', '-o', 'json'], {
    env: { HERALD_SOCKET: socket },
    enough: (stdout) => stdout.split('\n').length > 2,
  })
  for (const line of stdout.split('\n').slice(0, 2)) t.same(JSON.parse(line), status)
})

t.test('without a daemon there is nothing to watch', async (t) => {
  const ended = await runHerald(['status', '--watch'], { env: { HERALD_SOCKET: '/nowhere/herald.sock' } })
  t.equal(ended.code, 1)
  t.match(ended.stderr, /^herald: no herald daemon at [^\n]+\n$/)
})

t.test('on a terminal the table stays in its place, over the loss of the daemon, until Ctrl-C', async (t) => {
  if (!requires(t, 'script')) return
  const { socket, server } = await serving(t)
  const command = `exec ${process.execPath} ${resolve('dist/src/main.js')} peers --watch --interval 100ms`
  const terminal = onTerminal(command, { HERALD_SOCKET: socket })
  t.teardown(terminal.kill)
  const [drawn] = await terminal.expect(/␛\[\?1049h[\s\S]*?␛\[H([^\n]*)\r+\n[\s\S]*?established/)
  t.match(drawn, /every 100ms, Ctrl-C ends/)
  t.match(drawn, /␛\[1mLocal AS␛\[0m/)
  await terminal.expect(/␛\[H[\s\S]*established/)
  await server.close()
  await terminal.expect(/␛\[H[\s\S]*herald: no herald daemon at/)
  terminal.type(CTRL_C)
  t.equal(await terminal.ended, 0)
  t.match(terminal.seen(), /␛\[\?1049l$/, 'what stood there before is back')
})

t.test('a screen that is too small says how much more there is', async (t) => {
  const out = Object.assign(new PassThrough({ encoding: 'utf8' }), { rows: 3 })
  openScreen(out).draw('1\n2\n3\n4\n')
  t.match(String(out.read()).replaceAll('\u001b', '␛'), /1␛\[K\r\n2␛\[K\r\n… and 2 more lines␛\[K␛\[J$/)
})

t.test('what takes longer than a second shows that it is under way', async (t) => {
  const clock = fakeClock()
  const shown: string[] = []
  let answer = (_: string) => {}
  const waiting = whileWaiting(
    { progress: (text) => shown.push(text) },
    clock,
    new Promise<string>((done) => {
      answer = done
    }),
  )
  clock.advance(900)
  t.same(shown, [])
  clock.advance(1_200)
  t.same(shown, ['waiting for the daemon, 1 s', 'waiting for the daemon, 2 s'])
  answer('yes')
  t.equal(await waiting, 'yes')
  t.equal(shown.at(-1), '', 'and it is gone')
  t.equal(clock.pending, 0)
})
