/** 0 done, 1 what was asked for does not hold or cannot be done, 2 wrong usage: of every command. */
import { join } from 'node:path'
import t from 'tap'
import { commands } from '../../../src/cli/commands.js'
import { serving } from '../control/serving.js'
import { runHerald } from './run-herald.js'

/** Words that make a command fail where no daemon runs and no file is; absent where it cannot fail. */
const failing: Readonly<Record<string, readonly string[] | undefined>> = {
  run: ['-c', '/nowhere/herald.yaml'],
  check: ['/nowhere/herald.yaml'],
  status: [],
  peers: [],
  routes: ['available'],
  health: [],
  l2: [],
  announce: ['192.0.2.1'],
  withdraw: ['192.0.2.1'],
  explain: ['192.0.2.1'],
  doctor: [],
  reload: [],
  reset: ['tor-1'],
  drain: [],
  decommission: [],
  monitor: [],
  'router-config': ['tor-1', '-c', '/nowhere/herald.yaml'],
  // It needs nothing that could be missing but time, which its own test takes away.
  lab: undefined,
  completion: undefined,
}

const succeeding: Readonly<Record<string, readonly string[] | undefined>> = {
  ...failing,
  // Daemons that run have tests of their own, and so have streams that do not end.
  run: undefined,
  monitor: undefined,
  check: ['config/examples/minimal.yaml'],
  'router-config': ['10.0.0.1', '-c', 'config/examples/minimal.yaml', '--node-address', '10.0.0.11'],
  completion: ['bash'],
}

t.test('the tables have every command', async (t) => {
  t.same(Object.keys(failing).sort(), commands.map(({ name }) => name).sort())
})

for (const [name, words] of Object.entries(failing)) {
  t.test(`herald ${name}: wrong usage is 2, on one line of stderr`, async (t) => {
    const { code, stderr } = await runHerald([name, ...(words ?? []), '--no-such-option'])
    t.equal(code, 2)
    t.match(stderr, /^herald: [^\n]+\n$/)
  })
  if (words === undefined) continue
  t.test(`herald ${name}: what cannot be done is 1, with the reason on stderr`, async (t) => {
    const env = { HERALD_SOCKET: join(t.testdir(), 'nobody.sock') }
    const { code, stdout, stderr } = await runHerald([name, ...words], { env })
    t.same({ code, stdout }, { code: 1, stdout: '' })
    t.match(stderr, /\S[^\n]*\n$/)
  })
}

for (const [name, words] of Object.entries(succeeding)) {
  if (words === undefined) continue
  t.test(`herald ${name}: done is 0`, async (t) => {
    const { socket } = await serving(t)
    const { code, stderr } = await runHerald([name, ...words], { env: { HERALD_SOCKET: socket } })
    t.same({ code, stderr }, { code: 0, stderr: '' })
  })
}
