/** The container image: built as anybody builds it, run without root, without what it does not need, and with a router. */
import { cpSync, existsSync, realpathSync } from 'node:fs'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { attempt, run } from '../support/command.js'
import { createLab, type Lab } from '../support/netns.js'
import { nodeAddress, torAddress, torSettings } from '../support/rack.js'
import { containers } from '../support/routers/container.js'
import { routerKind } from '../support/routers/index.js'
import { Hopeless, waitFor } from '../support/wait.js'

const uid = 10179
const image = 'localhost/herald-test:container'

/** In place of Node's image, where no registry can be reached: the Debian that routers run in, with this Node and npm. */
const builder = `ARG BASE
FROM \${BASE}
COPY node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm && ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx
`

async function build(lab: Lab): Promise<void> {
  const { engine, debian13 } = await containers()
  const folder = await lab.folder('builder')
  cpSync(process.execPath, join(folder, 'node'))
  const npm = realpathSync((await run(['sh', '-c', 'command -v npm'])).trim())
  cpSync(join(npm, '../..'), join(folder, 'npm'), { recursive: true })
  await writeFile(join(folder, 'Containerfile'), builder)
  const flags = engine === 'podman' ? ['--isolation', 'chroot', '--format', 'docker', '--layers=false'] : []
  const building = [engine, 'build', ...flags, '--network', 'host', '--build-arg', `BASE=${debian13}`]
  const base = 'localhost/herald-test:builder'
  lab.atEnd(async () => {
    await attempt([engine, 'rmi', '--force', image, base])
  })
  await run([...building, '--tag', base, '--file', join(folder, 'Containerfile'), folder], {
    timeoutSeconds: 300,
  })
  await run(
    [
      ...[...building, '--build-arg', `BUILD=${base}`, '--tag', image, '--file', 'packaging/Containerfile'],
      ...(engine === 'podman' ? await npmOfThisHost(folder) : []),
      '.',
    ],
    { timeoutSeconds: 800 },
  )
}

/** What npm has fetched already, and from where it fetches the rest. */
async function npmOfThisHost(folder: string): Promise<readonly string[]> {
  const cache = (await run(['npm', 'config', 'get', 'cache'])).trim()
  const ours = join(homedir(), '.npmrc')
  const settings = join(folder, 'npmrc')
  // It was fetched a moment ago, to run this test: nobody is asked whether it is still the same.
  await writeFile(settings, `${existsSync(ours) ? await readFile(ours, 'utf8') : ''}\nprefer-offline=true\n`)
  return [
    ...(existsSync(cache) ? ['--volume', `${cache}:/root/.npm`] : []),
    ...['--volume', `${settings}:/root/.npmrc:ro`],
  ]
}

const configuration = (prefix: string) => `node: worker-1
bgp:
  asn: 65001
  routerId: ${nodeAddress}
  peers:
    - { name: tor-1, address: ${torAddress}, asn: 65000, password: rack-one, connectRetryTime: 1s }
announcements:
  - podCIDRs: [${prefix}]
`

t.test('herald in a container is not root, has two capabilities, and keeps a session', async (t) => {
  const lab = await createLab(t)
  await build(lab)
  const { engine, options } = await containers()
  const folder = await lab.folder('container')
  await chmod(folder, 0o755)
  await mkdir(join(folder, 'etc'))
  const configure = async (prefix: string) => {
    await writeFile(join(folder, 'etc/herald.yaml'), configuration(prefix), { mode: 0o600 })
    await run(['chown', `${uid}:${uid}`, join(folder, 'etc/herald.yaml')])
  }
  await configure('10.244.1.0/24')

  const tor = await lab.namespace('tor')
  const name = `${tor.name}-herald`
  lab.atEnd(async () => {
    await attempt([engine, 'rm', '--force', '--time', '0', name])
  })
  await run([
    ...[engine, 'run', '--detach', '--name', name, ...options, '--network', 'none'],
    ...['--cap-drop=all', '--cap-add=net_bind_service,net_raw', '--security-opt=no-new-privileges'],
    ...['--volume', `${folder}/etc:/etc/herald:ro`, image],
  ])
  const inspect = async (field: string) =>
    (await run([engine, 'inspect', '--format', `{{.${field}}}`, name])).trim()
  const pid = Number(await inspect('State.Pid'))
  const node = await lab.namespaceOf(pid, 'herald')
  await lab.cable(
    { in: tor, name: 'eth0', addresses: [`${torAddress}/24`] },
    { in: node, name: 'eth0', addresses: [`${nodeAddress}/24`] },
  )
  const router = await routerKind('frr', 'package').create(tor, torSettings({ password: 'rack-one' }))
  const announces = (prefix: string) =>
    waitFor(`the route to ${prefix}`, async () => {
      if ((await inspect('State.Running')) !== 'true') {
        const { stdout, stderr } = await attempt([engine, 'logs', name])
        throw new Hopeless(stdout + stderr)
      }
      return (await router.routesFrom(nodeAddress, 'ipv4/unicast')).has(prefix)
    })
  await announces('10.244.1.0/24')

  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const field = (key: string) => new RegExp(`^${key}:\\t(.*)$`, 'm').exec(status)?.[1]
  t.same(field('Uid')?.split('\t'), Array(4).fill(String(uid)))
  t.equal(BigInt(`0x${field('CapBnd')}`), (1n << 10n) | (1n << 13n), 'nothing else can be had')
  // Docker gives capabilities to root alone; what Linux lets anybody do is enough for sessions.
  if (engine === 'podman') t.equal(field('CapEff'), field('CapBnd'))

  const inside = (...words: string[]) => attempt([engine, 'exec', name, ...words])
  t.match((await inside('herald', 'peers')).stdout, /established/)
  t.equal((await inside('herald', 'announce', '198.51.100.0/24')).status, 0)
  await announces('198.51.100.0/24')
  await configure('10.244.2.0/24')
  await run([engine, 'kill', '--signal', 'HUP', name])
  await announces('10.244.2.0/24')

  const [, ...check] = JSON.parse(
    await run([engine, 'inspect', '--format', '{{json .Config.Healthcheck.Test}}', name]),
  )
  t.same(check, ['herald', 'status'])
  t.equal((await inside(...check)).status, 0, 'healthy')
  t.equal((await inside(...check, '--socket', '/nowhere')).status, 1, 'and not, where no daemon answers')

  await run([engine, 'stop', '--time', '20', name])
  t.equal(await inspect('State.ExitCode'), '0', 'a stop is orderly')
})
