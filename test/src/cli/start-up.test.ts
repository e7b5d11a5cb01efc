import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { commands } from '../../../src/cli/commands.js'
import { runHerald } from './run-herald.js'

const dependencies: readonly string[] = Object.keys(
  JSON.parse(readFileSync('package.json', 'utf8')).dependencies,
)

/** Our dependencies and commands that a command line loads: V8 lists every script that it saw. */
async function loadedBy(t: Test, args: readonly string[]) {
  const directory = t.testdir()
  await runHerald(args, { env: { NODE_V8_COVERAGE: directory, HERALD_SOCKET: '/nowhere' } })
  const urls = readdirSync(directory).flatMap((name) => {
    const { result } = JSON.parse(readFileSync(join(directory, name), 'utf8'))
    return (result as readonly { readonly url: string }[]).map(({ url }) => url)
  })
  t.ok(
    urls.some((url) => url.endsWith('/src/cli/program.js')),
    'scripts were counted',
  )
  return {
    packages: dependencies.filter((name) => urls.some((url) => url.includes(`/node_modules/${name}/`))),
    commands: commands
      .map(({ name }) => name)
      .filter((name) => urls.some((url) => url.endsWith(`/commands/${name}.js`))),
    http: urls.some((url) => url.endsWith('/src/control/client.js')),
  }
}

const lines = [
  { args: ['--version'], expected: { packages: ['commander'], commands: [], http: false } },
  { args: ['--help'], expected: { packages: ['commander'], commands: [], http: false } },
  { args: ['run', '--help'], expected: { packages: ['commander'], commands: ['run'], http: false } },
  { args: ['peers'], expected: { packages: ['commander'], commands: ['peers'], http: true } },
] as const

t.ok(lines.length > 0, 'there are command lines to test')
for (const { args, expected } of lines) {
  t.test(`herald ${args.join(' ')} loads no more than it needs`, async (t) => {
    t.same(await loadedBy(t, args), expected)
  })
}
