/** The package as npm publishes it: what a program that installs it can import, compile and run. */
import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { freePort } from './pair.js'

const run = promisify(execFile)
const root = resolve('.')
const example = readFileSync('examples/two-speakers.mjs', 'utf8')
const guide = readFileSync('docs/library.md', 'utf8')

/** Types are used as strictly as TypeScript can, and nothing but the package's own declarations is there. */
const consumer = `import { createSpeaker, SpeakerError, type Speaker, type SpeakerEvent, type Route } from 'herald'

const speaker: Speaker = createSpeaker({
  asn: '1.10',
  routerId: '10.0.0.11',
  peerDefaults: { holdTime: '30s', gracefulRestart: { enabled: true } },
  peers: [{ name: 'tor-1', address: '10.0.0.1', asn: 'external', ttlSecurity: true }],
  dynamicPeers: [{ prefix: '10.0.9.0/24', asn: 65009, limit: 5 }],
})
speaker.changePeer('tor-1', { holdTime: undefined, maxPrefixes: 10 })
const routes: readonly Route[] = speaker.received()
export const state = (event: SpeakerEvent): string | undefined => event.kind === 'state' ? event.to : undefined
export async function follow(): Promise<void> {
  for await (const event of speaker.events()) {
    switch (event.kind) {
      case 'state': { const to: string = event.to; console.log(to); break }
      case 'routes': console.log(event.announced.map(({ asPath }) => asPath.length), event.withdrawn); break
      case 'end-of-rib': case 'notification': case 'malformed': case 'warning': break
      default: { const never: never = event; console.log(never) }
    }
  }
}
try {
  // @ts-expect-error a peer has an address
  speaker.addPeer({ asn: 65000 })
} catch (error) {
  if (!(error instanceof SpeakerError)) throw error
  console.log(error.code, error.problems[0]?.path, routes.length)
}
// @ts-expect-error no such option
speaker.stop({ gracefully: true })
`

const publicDeclarations = [
  'dist/src/index.d.ts',
  ...['create-speaker', 'options', 'report', 'speaker-error', 'speaker'].map(
    (name) => `dist/src/library/${name}.d.ts`,
  ),
]

await run(process.execPath, ['scripts/bundle.mjs'])

t.test('a program compiles against the packed declarations and runs', async (t) => {
  const folder = t.testdir({
    'package.json': '{ "type": "module" }',
    'program.ts': `declare const console: { log(...words: unknown[]): void }\n${consumer}`,
    'two-speakers.mjs': example,
    'tsconfig.json': JSON.stringify({
      compilerOptions: {
        ...{ target: 'ES2023', lib: ['ES2023'], module: 'NodeNext', types: [], strict: true },
        ...{ exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: false },
      },
      files: ['program.ts'],
    }),
  })
  const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder])
  const [packed] = JSON.parse(stdout) as readonly { filename: string; files: readonly { path: string }[] }[]
  const declarations = packed?.files.filter(({ path }) => path.endsWith('.d.ts')).map(({ path }) => path)
  t.same(declarations?.sort(), publicDeclarations, 'declarations of what is public, and no others')

  const modules = join(folder, 'node_modules')
  mkdirSync(modules)
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name !== 'herald') symlinkSync(join(root, 'node_modules', name), join(modules, name))
  }
  await run('tar', ['-xzf', join(folder, packed?.filename ?? ''), '-C', folder])
  symlinkSync(join(folder, 'package'), join(modules, 'herald'))

  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  await run(process.execPath, [tsc, '-p', folder])
  t.match(
    (await run(process.execPath, [join(folder, 'program.js')])).stdout,
    /^invalid peers\[1\]\.address 0\n$/,
  )

  const words = (await run(process.execPath, [join(folder, 'two-speakers.mjs'), String(await freePort())]))
    .stdout
  t.match(words, /^worker-1 is established: .*\n10\.244\.1\.0\/24 by 192\.0\.2\.2, AS path 65001, MED 10\n/m)
  t.match(words, /10\.244\.1\.0\/24 is withdrawn\n$/)
})

t.test('only what the guide tells of can be imported', async (t) => {
  t.same(Object.keys(await import('../../../src/index.js')).sort(), ['SpeakerError', 'createSpeaker'])
  // In a process of its own: the test runner's loader resolves in Node's place, with other errors.
  const interior = "import 'herald/dist/src/speaker/speaker.js'"
  await t.rejects(run(process.execPath, ['--input-type=module', '--eval', interior], { env: {} }), {
    message: /ERR_PACKAGE_PATH_NOT_EXPORTED/,
  })
})

t.test('the guide shows the example as it is, and every method and event', async (t) => {
  t.ok(guide.includes(example.trimEnd()), 'docs/library.md has examples/two-speakers.mjs word for word')
  const declared = readFileSync('src/library/speaker.ts', 'utf8')
  const members = [...declared.matchAll(/^ {2}(?:readonly )?(\w+)[(:]/gm)].map(([, name]) => name ?? '')
  t.ok(members.length >= 13)
  for (const member of members) t.ok(guide.includes(`\`${member}`), member)
  const kinds = [...readFileSync('src/library/report.ts', 'utf8').matchAll(/kind: '([a-z-]+)'/g)]
  t.ok(kinds.length >= 6)
  for (const [, kind = ''] of kinds) t.ok(guide.includes(`\`${kind}\``), kind)
})
