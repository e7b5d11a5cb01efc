import { readFileSync } from 'node:fs'
import t from 'tap'
import { commands } from '../../../src/cli/commands.js'
import { documentedProgram } from '../../../src/cli/documented-program.js'
import { plain } from '../../../src/cli/style.js'
import { reloadView } from '../../../src/cli/view/reload.js'
import { routes } from '../../../src/control/routes.js'
import { memoryWorld } from '../../support/memory-world.js'
import { stateDirectory, testDaemon } from '../../support/test-daemon.js'

const cliGuide = readFileSync('docs/cli.md', 'utf8')
const apiGuide = readFileSync('docs/api.md', 'utf8')
const troubleshooting = readFileSync('docs/troubleshooting.md', 'utf8')

const toldOnceForAll = ['--output', '--watch', '--interval']

t.test('docs/cli.md has every command with every option', async (t) => {
  const names = commands.map(({ name }) => name)
  const program = await documentedProgram()
  t.ok(names.length > 0, 'there are commands')
  for (const name of names) {
    const section = cliGuide.split(`\n## herald ${name}\n`)[1]?.split('\n## ')[0] ?? ''
    t.ok(section !== '', `herald ${name} has a section`)
    const command = program.commands.find((candidate) => candidate.name() === name)
    for (const { long } of [command, ...(command?.commands ?? [])].flatMap((each) => each?.options ?? [])) {
      if (toldOnceForAll.includes(`${long}`)) continue
      t.ok(section.includes(`${long}`), `herald ${name} ${long} is told`)
    }
  }
  for (const long of toldOnceForAll) t.match(cliGuide, long)
})

t.test('what docs/cli.md and docs/api.md show of a reload is what a reload says', async (t) => {
  const yaml = (families: string, pods: string) => `
bgp:
  asn: 65001
  routerId: 10.0.0.11
  peers: [{ name: tor-1, address: 10.0.0.1, asn: 65000, families: [${families}] }]
announcements: [{ name: pods, podCIDRs: [${pods}] }]
`
  const world = memoryWorld()
  const node = testDaemon(world, '10.0.0.11', {
    yaml: yaml('ipv4/unicast, ipv6/unicast', '10.244.1.0/24'),
    directory: stateDirectory(t),
  })
  node.write(yaml('ipv4/unicast', '10.244.1.0/24, 10.244.2.0/24'))
  const plan = await node.service.reload({ dryRun: true })
  t.match(cliGuide, reloadView({ ...plan, applied: true }, plain).replace(/^(?=.)/gm, '    '))
  t.match(apiGuide.replace(/\n\s*(?=[{"])/g, ''), JSON.stringify(plan))
})

t.test('docs/api.md has every route', async (t) => {
  t.ok(routes.length > 0, 'there are routes')
  for (const { method, path } of routes) t.match(apiGuide, `\`${method} ${path}\``)
})

t.test('docs/troubleshooting.md has every cause that doctor can name', async (t) => {
  const api = readFileSync('src/control/api/doctor.ts', 'utf8')
  for (const union of ['PeerCause', 'NodeCause', 'LanCause']) {
    const text = api.split(`export type ${union} =`)[1]?.split('\n\n')[0] ?? ''
    const causes = [...text.matchAll(/'([a-z0-9-]+)'/g)].map(([, cause]) => cause ?? '')
    t.ok(causes.length > 5, `there are causes in ${union}`)
    for (const cause of causes) t.match(troubleshooting, `\`${cause}\``)
  }
})
