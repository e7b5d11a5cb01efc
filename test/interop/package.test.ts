/** The Debian package on a machine without Node: installed, one file edited, started as its unit says, a session with FRR. */
import { readFileSync, statSync } from 'node:fs'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { type BareMachine, createBareMachine } from '../support/bare-machine.js'
import { run } from '../support/command.js'
import { createRack, nodeAddress, torAddress, torSettings } from '../support/rack.js'
import { routerKind } from '../support/routers/index.js'
import { waitFor } from '../support/wait.js'

const configured = '/etc/herald/herald.yaml'

t.test('a fresh Debian has herald from its package alone', async (t) => {
  const { lab, tor, node } = await createRack(t)
  const folder = await lab.folder('packages')
  await run(['bash', 'scripts/package.sh', '--built', folder], { timeoutSeconds: 600 })
  const [deb = ''] = (await readdir(folder)).filter((name) => name.endsWith('.deb'))
  const router = await routerKind('frr', 'package').create(tor, torSettings({ password: 'rack-one' }))
  const machine = await createBareMachine(node, folder)
  t.not((await machine.attempt(['sh', '-c', 'command -v node'])).status, 0, 'no Node')

  const said = await machine.run(['dpkg', '--install', join(folder, deb)])
  t.match(said, /edit \/etc\/herald\/herald\.yaml/)
  t.match(await machine.run(['herald', 'check', configured]), /valid/, 'what it ships is a file that loads')
  t.match(await machine.run(['stat', '--format', '%a %U:%G', configured]), /^640 root:herald\n$/)

  const page = await run([
    'sh',
    '-c',
    `dpkg-deb --fsys-tarfile ${join(folder, deb)} | tar -xO ./usr/share/man/man1/herald.1.gz | zcat`,
  ])
  t.match(page, /^\.TH HERALD 1 /, 'man herald')
  const files = await run(['dpkg-deb', '--contents', join(folder, deb)])
  for (const name of [
    'bash-completion/completions/herald',
    'zsh/vendor-completions/_herald',
    'fish/vendor_completions.d/herald.fish',
  ])
    t.match(files, new RegExp(`-rw-r--r-- root/root .* \\./usr/share/${name}\n`))

  await writeFile(join(folder, 'herald.yaml'), configuration)
  await machine.run(['cp', '--no-preserve=mode', join(folder, 'herald.yaml'), configured])
  const unit = parse(await machine.run(['cat', '/usr/lib/systemd/system/herald.service']))
  const herald = await startAs(machine, unit)
  await waitFor('the route', async () => {
    if (!herald.alive()) throw new Error(herald.output())
    return (await router.routesFrom(nodeAddress, 'ipv4/unicast')).has('10.244.1.0/24')
  })
  t.match(await machine.run(['herald', 'peers']), /established/, 'root reaches the daemon')
  const [, capabilities = ''] =
    /^CapEff:\t(\w+)$/m.exec(readFileSync(`/proc/${herald.pid}/status`, 'utf8')) ?? []
  t.equal(BigInt(`0x${capabilities}`), (1n << 10n) | (1n << 13n), 'no more than it needs')
  t.equal(`${statSync(`/proc/${herald.pid}`).uid}\n`, await machine.run(['id', '-u', 'herald']))

  await writeFile(join(folder, 'herald.yaml'), configuration.replace('10.244.1.0', '10.244.2.0'))
  await machine.run(['cp', '--no-preserve=mode', join(folder, 'herald.yaml'), configured])
  await machine.run(only(unit, 'ExecReload'))
  await waitFor('the other route', async () => {
    const routes = await router.routesFrom(nodeAddress, 'ipv4/unicast')
    return routes.has('10.244.2.0/24') && !routes.has('10.244.1.0/24')
  })
  await herald.stop()
  t.equal(await herald.ended, 0)

  await machine.run(['dpkg', '--install', join(folder, deb)])
  t.match(await machine.run(['cat', configured]), /10\.244\.2\.0/, 'an upgrade keeps the file')
  await machine.run(['dpkg', '--purge', 'herald'])
  const left = await machine.attempt(['ls', '/usr/lib/herald', '/etc/herald', '/var/lib/herald'])
  t.equal(left.stdout, '', 'a purge leaves nothing')
})

t.test('the unit is one that systemd takes, and is hardened', async (t) => {
  const { lab } = await createRack(t)
  const folder = await lab.folder('packages')
  // What the unit starts has to be there.
  await run(['install', '-D', '-m', '0755', 'packaging/herald', join(folder, 'usr/bin/herald')])
  const unit = join(folder, 'usr/lib/systemd/system/herald.service')
  await run(['install', '-D', '-m', '0644', 'packaging/systemd/herald.service', unit])
  await run([
    'install',
    '-D',
    '-m',
    '0644',
    '/usr/lib/systemd/system/sysinit.target',
    join(folder, 'usr/lib/systemd/system/sysinit.target'),
  ])
  await run(['systemd-analyze', 'verify', '--man=no', `--root=${folder}`, 'herald.service'])
  const exposure = await run([
    'systemd-analyze',
    'security',
    '--offline=true',
    '--threshold=25',
    '--no-pager',
    unit,
  ])
  t.match(exposure, /Overall exposure level for herald\.service: \d\.\d OK/)
})

const configuration = `bgp:
  asn: 65001
  peers:
    - address: ${torAddress}
      asn: 65000
      password: rack-one
announcements:
  - podCIDRs: [10.244.1.0/24]
`

type Unit = ReadonlyMap<string, readonly string[]>

function parse(text: string): Unit {
  const unit = new Map<string, string[]>()
  for (const [, key = '', value = ''] of text.matchAll(/^(\w+)=(.*)$/gm))
    unit.set(key, [...(unit.get(key) ?? []), ...value.split(' ')])
  return unit
}

function only(unit: Unit, key: string): readonly string[] {
  const words = unit.get(key)
  if (words === undefined) throw new Error(`the unit has no ${key}=`)
  return words
}

/** What systemd makes of the unit, by hand: its user, its capabilities and no others, its directories. */
async function startAs(machine: BareMachine, unit: Unit) {
  const [user = ''] = only(unit, 'User')
  const capabilities = only(unit, 'AmbientCapabilities').map(
    (name) => `+${name.toLowerCase().replace('cap_', '')}`,
  )
  t.same(only(unit, 'CapabilityBoundingSet'), only(unit, 'AmbientCapabilities'))
  for (const [key, parent, mode] of [
    ['RuntimeDirectory', '/run', 'RuntimeDirectoryMode'],
    ['StateDirectory', '/var/lib', 'StateDirectoryMode'],
  ] as const) {
    const directory = `${parent}/${only(unit, key)[0]}`
    await machine.run(['install', '-d', '-o', user, '-g', user, '-m', only(unit, mode)[0] ?? '', directory])
  }
  const set = ['-all', ...capabilities].join(',')
  return machine.start([
    ...['setpriv', `--reuid=${user}`, `--regid=${user}`, '--init-groups', '--no-new-privs'],
    ...[`--inh-caps=${set}`, `--ambient-caps=${set}`, `--bounding-set=${set}`, ...only(unit, 'ExecStart')],
  ])
}
