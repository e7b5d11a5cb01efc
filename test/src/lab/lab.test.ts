import { readdirSync } from 'node:fs'
import t, { type Test } from 'tap'
import { plain } from '../../../src/cli/style.js'
import { controlClient } from '../../../src/control/client.js'
import { type LabOptions, type LabSurroundings, runLab } from '../../../src/lab/lab.js'
import { shortDirectory } from '../../support/short-directory.js'

/** Whatever is left of a lab is left here. */
function temporaryDirectory(t: Test): string {
  const directory = shortDirectory(t)
  const before = process.env.TMPDIR
  process.env.TMPDIR = directory
  t.teardown(() => {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
  })
  return directory
}

function stage(t: Test, { pause = async () => undefined, onWrite }: Partial<Stage> = {}) {
  const directory = temporaryDirectory(t)
  const controller = new AbortController()
  let text = ''
  const write = (more: string) => {
    text += more
    onWrite?.(more, controller)
  }
  const terminal = { write, remark: () => undefined, progress: () => undefined, paint: plain }
  const run = (options: Partial<LabOptions> = {}) =>
    runLab(
      { keep: false, output: 'table', ...options },
      { terminal, pause, stop: controller.signal, herald: 'node main.js' },
    )
  return { run, controller, text: () => text, left: () => readdirSync(directory) }
}

interface Stage {
  readonly pause: LabSurroundings['pause']
  readonly onWrite: (text: string, controller: AbortController) => void
}

const learned = `
Prefix              Next Hop        MED  LocPref  AS Path  Origin  Communities
10.244.1.0/24       198.51.100.11   -    -        65001    igp     -
192.0.2.10/32       198.51.100.11   -    -        65001    igp     65001:100
192.0.2.20/32       198.51.100.11   -    -        65001    igp     65001:100
192.0.2.21/32       198.51.100.11   -    -        65001    igp     65001:100
192.0.2.22/32       198.51.100.11   -    -        65001    igp     65001:100
192.0.2.23/32       198.51.100.11   -    -        65001    igp     65001:100
2001:db8::10/128    2001:db8:1::11  -    -        65001    igp     65001:100
fd00:10:244:1::/64  2001:db8:1::11  -    -        65001    igp     -
`

t.test('the lab tells its story from the first session to the reload, and leaves nothing', async (t) => {
  const pauses: number[] = []
  const { run, text, left } = stage(t, { pause: async (ms) => void pauses.push(ms) })
  const report = await run()
  const expected = [
    '\n$ herald routes advertised tor-1',
    learned,
    `\nThe router's table:\n${learned}`,
    '\n$ herald announce 203.0.113.80/32 --med 10\n203.0.113.80/32 announced\n',
    '\n203.0.113.80/32     198.51.100.11   10   -        65001    igp     -\n',
    '\n$ herald withdraw 203.0.113.80/32\n203.0.113.80/32 withdrawn\n',
    '\n5. The router goes down and comes back\n',
    'tor-1: received Cease/Administrative Shutdown',
    'tor-1: open_confirm -> established: ',
    '\napplied; no session resets\n',
    learned.replaceAll('65001:100', '65001:100 65001:200'),
    '\n- The router learned all 8 prefixes: PodCIDRs as they are, LoadBalancer IPs as host routes.\n',
  ]
  let from = 0
  for (const part of expected) {
    const at = text().indexOf(part, from)
    t.ok(at >= 0, `it tells, and after what came before: ${part.trim().split('\n')[0]}`)
    if (at >= 0) from = at + part.length - 1
  }
  t.match(report, { routes: 8, announce: { updates: 1 }, withdraw: { updates: 1 }, reload: { routes: 6 } })
  t.same(left(), [])
  const seconds = pauses.reduce((sum, ms) => sum + ms, 0) / 1000
  t.ok(seconds >= 6 && seconds <= 12, `pauses of ${seconds} s are enough to follow, and no more`)
})

t.test('with -o json there is a report, and nothing else to read or to wait for', async (t) => {
  const { run, text, left } = stage(t, { pause: () => Promise.reject(new Error('nobody reads along')) })
  const report = await run({ output: 'json' })
  t.same(JSON.parse(text()), report)
  t.same(left(), [])
})

t.test('with --keep both stay, on the socket that is told, until they are stopped', async (t) => {
  let socket = ''
  let states: readonly string[] = []
  const { run, left, text } = stage(t, {
    onWrite: async (told, controller) => {
      socket ||= /HERALD_SOCKET=(\S+)/.exec(told)?.[1] ?? ''
      if (socket === '' || states.length > 0) return
      states = ['asked']
      const peers = await controlClient(socket).peers()
      states = peers.map(({ sessionState }) => sessionState)
      controller.abort()
    },
  })
  await run({ keep: true })
  t.same(states, ['established'])
  t.ok(text().includes(`herald --socket ${socket} peers`))
  t.ok(text().includes("alias herald='node main.js'"))
  t.same(left(), [])
})

t.test('stopped in the middle, it leaves nothing and says so', async (t) => {
  let pauses = 0
  const { run, controller, left } = stage(t, {
    pause: async () => {
      if (++pauses === 3) controller.abort()
    },
  })
  await t.rejects(run(), { name: 'CommandFailed', message: 'the lab was interrupted' })
  t.same(left(), [])
})
