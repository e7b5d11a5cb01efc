/** `herald run --user`: root starts it, and no thread of it stays root's. */
import { chmod, chown, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import t from 'tap'
import { findUser } from '../../src/os/users.js'
import type { Output } from '../support/command.js'
import type { Namespace } from '../support/netns.js'
import { createRack, nodeAddress, type Rack, torAddress, torSettings } from '../support/rack.js'
import { routerKind } from '../support/routers/index.js'
import { Hopeless, waitFor } from '../support/wait.js'

const name = 'nobody'
const nobody = findUser(name)
if (nobody === undefined) throw new Error(`this host has no user ${name}`)
const { uid, gid } = nobody

/** CAP_NET_BIND_SERVICE and CAP_NET_RAW. */
const kept = ((1n << 10n) | (1n << 13n)).toString(16).padStart(16, '0')

const configuration = (prefix: string, folder: string) => `node: worker-1
bgp:
  asn: 65001
  routerId: ${nodeAddress}
  peers:
    - { name: tor-1, address: ${torAddress}, asn: 65000, passwordFile: tor.key, connectRetryTime: 1s }
l2: { interfaces: [eth0], failover: none }
announcements:
  - podCIDRs: [${prefix}]
    via: [bgp]
  - { name: web, loadBalancerIPs: [10.0.0.99], via: [l2] }
control: { socket: ${folder}/run/herald.sock, stateDirectory: ${folder}/lib/state }
`

/** This repository and this Node at places that everybody may read, wherever they are. */
function readable(words: readonly string[]): readonly string[] {
  const script = `mount -t tmpfs -o mode=755 none /srv && mkdir /srv/herald && touch /srv/node &&
    mount --bind ${resolve('.')} /srv/herald && mount --bind ${process.execPath} /srv/node &&
    unset NODE_OPTIONS && exec /srv/node /srv/herald/dist/src/main.js "$@"`
  return ['unshare', '--mount', 'sh', '-c', script, 'herald', ...words]
}

async function prepare({ lab }: Rack) {
  const folder = await lab.folder('unprivileged')
  await chmod(folder, 0o755)
  await mkdir(join(folder, 'etc'))
  const file = join(folder, 'etc/herald.yaml')
  const write = async (path: string, text: string) => {
    await writeFile(path, text, { mode: 0o600 })
    await chown(path, uid, gid)
  }
  await write(join(folder, 'etc/tor.key'), 'rack-one\n')
  const configure = (prefix: string) => write(file, configuration(prefix, folder))
  await configure('10.244.1.0/24')
  return { folder, file, configure, socket: join(folder, 'run/herald.sock') }
}

interface Thread {
  readonly id: string
  readonly fields: ReadonlyMap<string, string>
}

async function threadsOf(pid: number): Promise<readonly Thread[]> {
  const ids = await readdir(`/proc/${pid}/task`)
  return Promise.all(
    ids.map(async (id) => {
      const text = await readFile(`/proc/${pid}/task/${id}/status`, 'utf8')
      const fields = text.split('\n').map((line) => line.split(':\t', 2) as [string, string])
      return { id, fields: new Map(fields) }
    }),
  )
}

t.test('no thread keeps anything of root, and everything still works', async (t) => {
  const rack = await createRack(t)
  const { folder, file, configure, socket } = await prepare(rack)
  const router = await routerKind('frr', 'package').create(rack.tor, torSettings({ password: 'rack-one' }))
  const herald = rack.node.start(readable(['run', '-c', file, '--user', name]))
  const cli = (...words: string[]): Promise<Output> =>
    rack.node.attempt([process.execPath, resolve('dist/src/main.js'), ...words, '--socket', socket])
  const announces = (prefix: string) =>
    waitFor(`the route to ${prefix}`, async () => {
      if (!herald.alive()) throw new Hopeless(herald.output())
      return (await router.routesFrom(nodeAddress, 'ipv4/unicast')).has(prefix)
    })
  await announces('10.244.1.0/24')
  await waitFor('the owner of the virtual IP', async () => /owner/.test((await cli('l2')).stdout))

  const dropped = async () => {
    const threads = await threadsOf(herald.pid)
    t.ok(threads.length > 5, `${threads.length} threads`)
    for (const { id, fields } of threads) {
      const is = (field: string) => fields.get(field)?.trim()
      t.same(is('Uid')?.split('\t'), Array(4).fill(String(uid)), `uid of thread ${id}`)
      t.same(is('Gid')?.split('\t'), Array(4).fill(String(gid)), `gid of thread ${id}`)
      t.notMatch(` ${is('Groups')} `, / 0 /, 'not of the group root')
      for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb']) t.equal(is(set), kept, set)
      t.equal(is('NoNewPrivs'), '1')
    }
  }
  await dropped()
  t.match(
    (await rack.node.run(['ss', '-Hltn'])).split('\n').join(),
    /0\.0\.0\.0:179 /,
    'it listens on port 179',
  )

  t.equal((await cli('announce', '198.51.100.0/24')).status, 0)
  await announces('198.51.100.0/24')
  t.equal((await stat(join(folder, 'lib/state/run-time.log'))).uid, uid)
  t.equal((await stat(join(folder, 'lib/state'))).mode & 0o777, 0o700)

  await configure('10.244.2.0/24')
  herald.signal('SIGHUP')
  await announces('10.244.2.0/24')
  await dropped()

  const { mode } = await stat(socket)
  t.equal(mode & 0o777, 0o660)
  t.equal((await stat(join(folder, 'run'))).mode & 0o777, 0o750)
  // The directory would keep them away already.
  await chmod(join(folder, 'run'), 0o755)
  for (const [who, group, code] of [
    ['daemon', 'daemon', 'EACCES'],
    ['daemon', String(gid), 'connected'],
    [String(uid), String(gid), 'connected'],
  ] as const) {
    const said = await rack.node.run(asUser(who, group, socket))
    t.equal(said, code, `${who}:${group}`)
  }

  herald.signal('SIGTERM')
  t.equal(await herald.ended, 0)
  t.same(await readdir(join(folder, 'run')), [], 'the socket is gone')
})

/** Tells whether a user may connect to a socket. */
function asUser(who: string, group: string, socket: string): readonly string[] {
  const script = `const s = require('node:net').connect(process.argv[1])
s.on('connect', () => { process.stdout.write('connected'); s.destroy() })
s.on('error', ({ code }) => process.stdout.write(code))`
  const words = [process.execPath, '--eval', script, socket]
  // Of Node only this process needs to be readable; it is opened before the user changes.
  return ['setpriv', `--reuid=${who}`, `--regid=${group}`, '--clear-groups', ...words]
}

interface Refusal {
  readonly what: string
  readonly words: (node: Namespace, file: string) => readonly string[]
  readonly says: RegExp
}

const refusals: readonly Refusal[] = [
  {
    what: 'a user that there is not',
    words: (_, file) => readable(['run', '-c', file, '--user', 'no-such-user']),
    says: /^herald: --user: this host has no user no-such-user\n$/,
  },
  {
    what: 'another user without being root',
    words: (_, file) => {
      const [, ...words] = readable(['run', '-c', file, '--user', 'daemon'])
      const script = words.findIndex((word) => word.includes('exec '))
      const unprivileged = words.map((word, i) =>
        i === script
          ? word.replace('exec ', `exec setpriv --reuid=${uid} --regid=${gid} --clear-groups `)
          : word,
      )
      return ['unshare', ...unprivileged]
    },
    says: /^herald: --user: only root can become daemon; leave it out, or start herald as root\n$/,
  },
  {
    what: 'a program that the user may not read',
    words: (_, file) =>
      readable(['run', '-c', file, '--user', name]).map((word) => word.replace('mode=755', 'mode=700')),
    says: /^herald: cannot become nobody: this user may not read \/srv\/node; install herald where everybody may\n$/,
  },
  {
    what: 'root without the capability to change',
    words: (_, file) => [
      'setpriv',
      '--bounding-set=-setuid',
      ...readable(['run', '-c', file, '--user', name]),
    ],
    says: /^herald: cannot become nobody: Operation not permitted; it takes root, with CAP_SETUID and CAP_SETGID\n$/,
  },
]

t.ok(refusals.length > 0)
for (const { what, words, says } of refusals) {
  t.test(`${what} is refused in one line`, async (t) => {
    const rack = await createRack(t)
    const { file } = await prepare(rack)
    const { status, stdout, stderr } = await rack.node.attempt(words(rack.node, file))
    t.same({ status, stdout }, { status: 1, stdout: '' })
    t.match(stderr, says)
  })
}

t.test('the user that it is already needs nothing', async (t) => {
  const rack = await createRack(t)
  const { file, socket, folder } = await prepare(rack)
  for (const directory of ['run', 'lib']) {
    await mkdir(join(folder, directory))
    await chown(join(folder, directory), uid, gid)
  }
  const [, ...words] = readable(['run', '-c', file, '--user', name])
  const herald = rack.node.start([
    'unshare',
    ...words.map((word) =>
      word.replace(
        'exec ',
        `exec setpriv --reuid=${uid} --regid=${gid} --clear-groups --inh-caps=+net_raw --ambient-caps=+net_raw `,
      ),
    ),
  ])
  await waitFor('herald to answer', async () => {
    if (!herald.alive()) throw new Hopeless(herald.output())
    return (
      (await rack.node.attempt([process.execPath, resolve('dist/src/main.js'), 'status', '--socket', socket]))
        .status === 0
    )
  })
  t.match(herald.output(), /CAP_NET_BIND_SERVICE/, 'what it lacks is told, as ever')
  herald.signal('SIGTERM')
  t.equal(await herald.ended, 0)
})
