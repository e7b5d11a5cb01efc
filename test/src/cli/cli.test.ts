import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { commands } from '../../../src/cli/commands.js'
import { ApiError } from '../../../src/control/api/answer.js'
import type { ReloadPlan } from '../../../src/control/api/reload.js'
import type { ControlService } from '../../../src/control/service.js'
import { shortDirectory } from '../../support/short-directory.js'
import { waitFor } from '../../support/wait.js'
import {
  advertised,
  available,
  events,
  explanation,
  health,
  healthy,
  ill,
  l2,
  l2Askers,
  notHeld,
  peerDetail,
  peers,
  received,
  status,
} from '../control/reports.js'
import { serving } from '../control/serving.js'
import { runHerald } from './run-herald.js'

async function withDaemon(t: Test, overrides: Partial<ControlService> = {}) {
  const server = await serving(t, overrides)
  const herald = (...args: string[]) => runHerald(args, { env: { HERALD_SOCKET: server.socket } })
  return { ...server, herald }
}

interface Done {
  readonly args: readonly string[]
  readonly call: readonly unknown[]
  readonly stdout: RegExp | object
}

const changed = { changed: ['192.0.2.1/32'], unchanged: [] }
const nothing = { applied: true, changes: [], resets: [] }

const done: readonly Done[] = [
  { args: ['status'], call: ['status'], stdout: /^Node +worker-1\nVersion / },
  { args: ['status', '-o', 'json'], call: ['status'], stdout: status },
  { args: ['peers'], call: ['peers'], stdout: /^Node +Local AS +Peer AS .*\nworker-1 +65001 / },
  { args: ['peers', '-o', 'json'], call: ['peers'], stdout: peers },
  { args: ['peers', 'tor-1'], call: ['peer', 'tor-1'], stdout: /^Session\n {2}Name +tor-1\n/ },
  { args: ['peers', 'tor-1', '-o', 'json'], call: ['peer', 'tor-1'], stdout: peerDetail },
  { args: ['routes', 'available'], call: ['routesAvailable', 10_000], stdout: /^Prefix +Announcement / },
  {
    args: ['routes', 'available', '-o', 'json'],
    call: ['routesAvailable', 10_000],
    stdout: { routes: available, total: 2 },
  },
  {
    args: ['routes', 'advertised'],
    call: ['routesAdvertised', undefined, 10_000],
    stdout: /^Peer +Prefix +Next Hop /,
  },
  {
    args: ['routes', 'advertised', 'tor-1', '-o', 'json'],
    call: ['routesAdvertised', 'tor-1', 10_000],
    stdout: { routes: advertised, total: 2 },
  },
  {
    args: ['routes', 'received', 'tor-1'],
    call: ['routesReceived', 'tor-1', 10_000],
    stdout: /^Prefix +Next Hop .*Not used because\n/,
  },
  {
    args: ['routes', 'received', '-o', 'json'],
    call: ['routesReceived', undefined, 10_000],
    stdout: { routes: received, total: 2 },
  },
  { args: ['health'], call: ['health'], stdout: /^Announcement +Check .*\ndns +exec dig / },
  { args: ['l2'], call: ['l2'], stdout: /^Virtual IP +Interface .*\n192\.168\.1\.240 +eth0 / },
  { args: ['l2', '-o', 'json'], call: ['l2'], stdout: l2 },
  { args: ['l2', 'askers'], call: ['l2Askers', undefined], stdout: /^Virtual IP +Asker .*\n192/ },
  {
    args: ['l2', 'askers', '192.168.1.240', '-o', 'json'],
    call: ['l2Askers', '192.168.1.240'],
    stdout: l2Askers,
  },
  { args: ['health', '-o', 'json'], call: ['health'], stdout: health },
  {
    args: ['announce', '192.0.2.1'],
    call: ['announce', { prefixes: ['192.0.2.1/32'] }],
    stdout: /^192\.0\.2\.1\/32 announced\n$/,
  },
  {
    args: [
      ...['announce', '192.0.2.1/32', '2001:DB8::/48', '--via', 'bgp,l2', '--community', '65001:100'],
      ...['--community', 'no-export', '--local-pref', '0', '--med', '4294967295', '--peer', 'tor-1'],
      ...['--peer', 'tor-2', '--ephemeral'],
    ],
    call: [
      'announce',
      {
        prefixes: ['192.0.2.1/32', '2001:db8::/48'],
        via: ['bgp', 'l2'],
        communities: ['65001:100', 'no-export'],
        localPreference: 0,
        med: 4294967295,
        peers: ['tor-1', 'tor-2'],
        ephemeral: true,
      },
    ],
    stdout: /^192\.0\.2\.1\/32 announced\n2001:db8::\/48 announced\n$/,
  },
  {
    args: ['withdraw', '192.0.2.1/32', '-o', 'json'],
    call: ['withdraw', { prefixes: ['192.0.2.1/32'] }],
    stdout: changed,
  },
  {
    args: ['explain', '10.244.1.0/24'],
    call: ['explain', '10.244.1.0/24', undefined],
    stdout: /^10\.244\.1\.0\/24\n {2}Gate +Passed +Because\n {2}wanted +yes /,
  },
  {
    args: ['explain', '192.0.2.1', 'tor-1', '-o', 'json'],
    call: ['explain', '192.0.2.1/32', 'tor-1'],
    stdout: explanation,
  },
  { args: ['doctor'], call: ['doctor', undefined], stdout: /^This node\n {2}nothing is wrong\n\ntor-1 / },
  { args: ['doctor', 'tor-1', '-o', 'json'], call: ['doctor', 'tor-1'], stdout: healthy },
  { args: ['reload'], call: ['reload', {}], stdout: /^nothing changes\n$/ },
  {
    args: ['reload', '--dry-run', '--refuse-reset', '-o', 'json'],
    call: ['reload', { dryRun: true, refuseReset: true }],
    stdout: { ...nothing, applied: false },
  },
  {
    args: ['reload', '--confirm-within', '2m', '--refuse-reset'],
    call: ['reload', { confirmWithinSeconds: 120, refuseReset: true }],
    stdout: /^nothing changes\n$/,
  },
  { args: ['reload', '--confirm'], call: ['reload', { confirm: true }], stdout: /^confirmed/ },
  { args: ['drain', '--undo'], call: ['drain', { undo: true }], stdout: /^as you say\n$/ },
  {
    args: ['drain', '--wait', '1m', '-o', 'json'],
    call: ['drain', { waitSeconds: 60 }],
    stdout: { service: 'drained', text: 'as you say' },
  },
  {
    args: ['decommission'],
    call: ['decommission'],
    stdout: /^as you say\n1 announcement made at run time forgotten\nnot connected, so not told: tor-2\n$/,
  },
  { args: ['reset', 'tor-1'], call: ['reset', 'tor-1', {}], stdout: /^tor-1: the session is dropped\n$/ },
  {
    args: ['reset', 'tor-1', '--soft', '-o', 'json'],
    call: ['reset', 'tor-1', { soft: true }],
    stdout: { peer: 'tor-1', text: 'the session is dropped' },
  },
]

t.test('every command is tried here, or needs no daemon, or has tests of its own', async (t) => {
  const tried = new Set(done.map(({ args }) => args[0]))
  const untried = commands.map(({ name }) => name).filter((name) => !tried.has(name))
  t.same(untried, ['run', 'check', 'monitor', 'router-config', 'lab', 'completion'])
})

for (const { args, call, stdout } of done) {
  t.test(`herald ${args.join(' ')}`, async (t) => {
    const { herald, service } = await withDaemon(t)
    const ended = await herald(...args)
    t.equal(ended.stderr, '')
    t.equal(ended.code, 0)
    t.same(service.calls, [call])
    if (stdout instanceof RegExp) t.match(ended.stdout, stdout)
    else t.same(JSON.parse(ended.stdout), stdout)
  })
}

interface Misused {
  readonly args: readonly string[]
  readonly stderr: RegExp
}

const misused: readonly Misused[] = [
  { args: [], stderr: /a command is missing; see `herald --help`/ },
  { args: ['routes'], stderr: /a command is missing; see `herald routes --help`/ },
  { args: ['peer'], stderr: /unknown command 'peer' \(did you mean peers\?\); see `herald --help`/ },
  { args: ['routes', 'advertized'], stderr: /did you mean advertised\?.*see `herald routes --help`/ },
  { args: ['reload', '--dryrun'], stderr: /unknown option '--dryrun' \(did you mean --dry-run\?\)/ },
  { args: ['peers', '-o', 'yaml'], stderr: /'yaml' is invalid\. Allowed choices are table, json; see/ },
  { args: ['peers', 'tor-1', 'tor-2'], stderr: /too many arguments.*see `herald peers --help`/ },
  { args: ['announce'], stderr: /name a prefix, or a --file of them/ },
  { args: ['announce', '10.0.0.1/8'], stderr: /host bits set; write 10\.0\.0\.0\/8/ },
  { args: ['explain', 'example.org'], stderr: /'example\.org' is not a prefix; write ADDRESS\/LENGTH/ },
  { args: ['announce', 'example.org'], stderr: /'example\.org' is not a prefix; write ADDRESS\/LENGTH/ },
  {
    args: ['announce', '10.0.0.1', '--med', '-1'],
    stderr: /--med: '-1' is not a number from 0 to 4294967295/,
  },
  {
    args: ['announce', '10.0.0.1', '--local-pref', '4294967296'],
    stderr: /--local-pref: .* from 0 to 4294967295/,
  },
  {
    args: ['announce', '10.0.0.1', '--community', 'x'],
    stderr: /--community: 'x' is not a community; write/,
  },
  { args: ['reload', '--confirm-within', '90'], stderr: /--confirm-within: .* write a number and its unit/ },
  {
    args: ['reload', '--confirm-within', '1500ms'],
    stderr: /--confirm-within: '1500ms' is not a time in whole seconds from 1s to 24h/,
  },
  {
    args: ['reload', '--confirm-within', '48h'],
    stderr: /--confirm-within: '48h' is not a time in whole seconds from 1s to 24h/,
  },
  { args: ['drain', '--wait', '48h'], stderr: /--wait: '48h' is not a time in whole seconds from 0s to 24h/ },
  {
    args: ['reload', '--confirm', '--dry-run'],
    stderr: /'--dry-run' cannot be used with option '--confirm'/,
  },
  { args: ['peers', '--interval', '5s'], stderr: /--interval: give --watch with it/ },
  { args: ['status', '--watch', '--interval', '5'], stderr: /--interval: .* write a number and its unit/ },
  { args: ['l2', '-w', '--interval', '50ms'], stderr: /--interval: '50ms' is not a time from 100ms to 24h/ },
  { args: ['completion'], stderr: /a command is missing; see `herald completion --help`/ },
  { args: ['completion', 'tcsh'], stderr: /unknown command 'tcsh'.*; see `herald completion --help`/ },
  { args: ['routes', 'received', '--limit', '0'], stderr: /--limit: '0' .* write 1 or more/ },
]

t.ok(misused.length > 0, 'there are misuses to test')
for (const { args, stderr } of misused) {
  t.test(`herald ${args.join(' ')} is wrong usage: exit 2, one line, the remedy`, async (t) => {
    const { herald, service } = await withDaemon(t)
    const ended = await herald(...args)
    t.equal(ended.code, 2)
    t.match(ended.stderr, stderr)
    t.match(ended.stderr, /^herald: [^\n]+\n$/)
    t.same(service.calls, [], 'the daemon is not asked')
  })
}

t.test('a line without a command prints the help as well', async (t) => {
  t.match((await runHerald([])).stdout, /^Usage: herald /)
})

t.test('herald --help lists every command', async (t) => {
  const { code, stdout } = await runHerald(['--help'])
  t.equal(code, 0)
  for (const { name, summary } of commands)
    t.match(stdout, new RegExp(`\\n  ${name} +${summary.slice(0, 20)}`))
})

for (const { name } of commands) {
  t.test(`herald ${name} --help says what it does`, async (t) => {
    const { code, stdout } = await runHerald([name, '--help'])
    t.equal(code, 0)
    t.match(stdout, `Usage: herald ${name}`)
    t.match(stdout, '--socket <PATH>')
  })
}

t.test('herald --version is that of package.json', async (t) => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
  t.same(await runHerald(['--version']), { code: 0, stdout: `${version}\n`, stderr: '' })
})

t.test('no daemon: exit 1 and one line that says how to start one', async (t) => {
  const socket = join(shortDirectory(t), 'herald.sock')
  const expected = `herald: no herald daemon at ${socket}: start one with \`herald run\`, or name its socket with --socket\n`
  t.same(await runHerald(['peers', '--socket', socket]), { code: 1, stdout: '', stderr: expected })
  t.same(await runHerald(['--socket', socket, 'monitor']), { code: 1, stdout: '', stderr: expected })
})

t.test('--socket wins over $HERALD_SOCKET', async (t) => {
  const { socket } = await withDaemon(t)
  const ended = await runHerald(['status', '--socket', socket], { env: { HERALD_SOCKET: '/nowhere' } })
  t.equal(ended.code, 0)
})

t.test('what the daemon refuses is exit 1 and one line', async (t) => {
  const { herald } = await withDaemon(t)
  const ended = await herald('peers', 'tor-9')
  t.same(ended, { code: 1, stdout: '', stderr: "herald: no peer 'tor-9'; there are tor-1 and tor-2\n" })
})

t.test('a reload of an invalid file tells every mistake on a line of its own', async (t) => {
  const { herald } = await withDaemon(t, {
    reload: async () => {
      throw new ApiError(409, 'the file is invalid; the running configuration stays', [
        'a:1:1: x',
        'a:2:1: y',
      ])
    },
  })
  const { code, stderr } = await herald('reload')
  t.equal(code, 1)
  t.equal(stderr, 'a:1:1: x\na:2:1: y\nherald: the file is invalid; the running configuration stays\n')
})

t.test('--refuse-reset fails when a session would reset, and names it', async (t) => {
  const plan: ReloadPlan = {
    applied: false,
    changes: [{ what: 'bgp.asn', effect: 'reset', text: '65001 becomes 65002' }],
    resets: ['tor-1'],
  }
  const { herald } = await withDaemon(t, { reload: async () => plan })
  const refused = await herald('reload', '--refuse-reset')
  t.equal(refused.code, 1)
  t.match(refused.stdout, /bgp\.asn +reset /)
  t.equal(
    refused.stderr,
    'herald: nothing was applied: tor-1 would reset; leave --refuse-reset out to accept that\n',
  )
  t.equal((await herald('reload', '--refuse-reset', '--dry-run')).code, 0, 'only asking is no failure')
})

t.test('herald explain fails when a gate is not passed, and prints what to do', async (t) => {
  const { herald } = await withDaemon(t, { explain: async () => notHeld })
  const { code, stdout, stderr } = await herald('explain', '10.244.1.0/24')
  t.equal(code, 1)
  t.match(stdout, /\nTowards tor-2\n.*\n {2}session +no +the session is active/)
  t.match(stdout, /\n {2}To do: herald doctor tor-2/)
  t.equal(stderr, '', 'it is an answer, no error')
})

t.test('herald doctor fails when something is wrong, and says what to change on which side', async (t) => {
  const { herald } = await withDaemon(t, { doctor: async () => ill })
  const { code, stdout } = await herald('doctor')
  t.equal(code, 1)
  t.equal(
    stdout,
    `This node
  certain: port-taken
    bird (process 7) listens on 0.0.0.0:179
    here:  stop it

tor-2 (fe80::1): active, next attempt in 4s
  likely: md5-differs
    this kernel has just dropped 3 TCP segments signed with another TCP MD5 key
    here:  compare \`password\` of tor-2
    there: set the same password for this neighbour
`,
  )
})

t.test('nothing to list is a remark on stderr, and an empty list in JSON', async (t) => {
  const { herald } = await withDaemon(t, {
    peers: () => [],
    health: () => [],
    l2: async () => [],
    l2Askers: async () => [],
    routesAdvertised: async () => ({ routes: [], total: 0 }),
    routesAvailable: async () => ({ routes: [], total: 0 }),
  })
  t.same(await herald('peers'), { code: 0, stdout: '', stderr: 'no peers are configured\n' })
  t.same(await herald('l2'), { code: 0, stdout: '', stderr: 'no address is announced via l2\n' })
  t.same(await herald('l2', 'askers'), { code: 0, stdout: '', stderr: 'nobody has asked of late\n' })
  t.same(await herald('health'), { code: 0, stdout: '', stderr: 'no announcement has a health check\n' })
  t.same(await herald('routes', 'available'), { code: 0, stdout: '', stderr: 'nothing is announced\n' })
  t.same(await herald('routes', 'advertised', 'tor-1'), {
    code: 0,
    stdout: '',
    stderr: 'nothing is advertised to tor-1\n',
  })
  t.same(JSON.parse((await herald('peers', '-o', 'json')).stdout), [])
  t.same(JSON.parse((await herald('routes', 'available', '-o', 'json')).stdout), { routes: [], total: 0 })
})

t.test('a listing that is cut says so', async (t) => {
  const { herald } = await withDaemon(t)
  const { code, stderr } = await herald('routes', 'available', '--limit', '1')
  t.equal(code, 0)
  t.equal(stderr, '1 of 2 routes; --limit 2 shows all\n')
})

/** Runs herald monitor until it has printed `lines`, and closes the pipe. */
async function monitored(t: Test, args: readonly string[], lines: number) {
  const { socket, service } = await withDaemon(t)
  const ended = runHerald(['monitor', ...args], {
    env: { HERALD_SOCKET: socket },
    enough: (stdout) => stdout.split('\n').length > lines,
  })
  await waitFor('the monitor to follow', () => service.followers() === 1)
  for (const event of events) service.emit(event)
  // Whoever writes into a closed pipe only then hears of it.
  const more = setInterval(() => service.emit(events[0]!), 20)
  t.teardown(() => clearInterval(more))
  return ended
}

t.test('herald monitor prints a line an event, and ends quietly with its reader', async (t) => {
  const { code, stdout, stderr } = await monitored(t, [], 2)
  t.equal(code, 0)
  t.equal(stderr, '')
  t.match(
    stdout,
    /^2026-03-01T10:00:00\.000Z {2}peer-state {4}tor-1: open_confirm → established: KEEPALIVE received\n/,
  )
})

t.test('herald monitor -o json prints an object a line', async (t) => {
  const { stdout } = await monitored(t, ['-o', 'json'], 2)
  t.same(
    stdout
      .split('\n')
      .slice(0, 2)
      .map((line) => JSON.parse(line)),
    events,
  )
})

t.test('herald monitor ends with exit 1 when the daemon does', async (t) => {
  const { herald, service, server } = await withDaemon(t)
  const ended = herald('monitor')
  await waitFor('the monitor to follow', () => service.followers() === 1)
  await server.close()
  t.match(await ended, { code: 1, stderr: /^herald: the daemon on .* ended the stream: it stopped\n$/ })
})

t.test('prefixes of a file are announced and withdrawn as a whole, and numbers are told', async (t) => {
  const { herald, service } = await withDaemon(t)
  const file = join(t.testdir({ 'prefixes.txt': '192.0.2.1\n# mine\n2001:db8::/48\n' }), 'prefixes.txt')
  const announced = await herald('announce', '-f', file, '--med', '10')
  t.match(announced, { code: 0, stdout: '2 announced\n', stderr: '' }, 'no bar, where no terminal is')
  t.match(await herald('withdraw', '--file', file, '-o', 'json'), { code: 0 })
  t.same(service.calls, [
    ['announceLines', { med: 10 }, ['192.0.2.1/32', '2001:db8::/48']],
    ['withdrawLines', ['192.0.2.1/32', '2001:db8::/48']],
  ])
})

t.test('wrong lines of a file are told one by one', async (t) => {
  const { herald } = await withDaemon(t)
  const file = join(t.testdir({ 'prefixes.txt': '192.0.2.1\nx\n192.0.2.1/24\n' }), 'prefixes.txt')
  const { code, stderr, stdout } = await herald('announce', '-f', file)
  t.equal(code, 1)
  t.equal(stdout, '')
  t.match(stderr, /^line 2: 'x' is not .*\nline 3: .*host bits.*\nherald: nothing was announced\n$/)
})

t.test('a file and prefixes exclude each other, and one of them must be', async (t) => {
  const { herald } = await withDaemon(t)
  for (const command of ['announce', 'withdraw']) {
    t.match(await herald(command, '192.0.2.1', '-f', 'x'), { code: 2, stderr: /exclude each other/ })
    t.match(await herald(command), { code: 2, stderr: /name a prefix, or a --file/ })
    t.match(await herald(command, '-f', '/nowhere/x'), { code: 1, stderr: /\/nowhere\/x cannot be read/ })
  }
})
