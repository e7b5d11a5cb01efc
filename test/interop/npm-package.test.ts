/** The package as npm installs it for everybody on a machine, where there is Node and nothing to compile with. */
import { existsSync, readdirSync, readFileSync, realpathSync, symlinkSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import t from 'tap'
import { attempt, run } from '../support/command.js'

for (const script of ['bundle', 'man']) await run([process.execPath, `scripts/${script}.mjs`])

/** Beside documentation and examples, which are shipped as they are. */
const shipped = [
  ...['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json', 'config/herald.schema.json'],
  ...['herald.cache', 'herald.js', 'library.js', 'licenses.txt', 'packet-thread.cjs', 'page.html'].map(
    (name) => `dist/bundle/${name}`,
  ),
  'dist/man/herald.1',
  ...['herald.js', 'index.d.ts'].map((name) => `dist/src/${name}`),
  ...['create-speaker', 'options', 'report', 'speaker', 'speaker-error'].map(
    (name) => `dist/src/library/${name}.d.ts`,
  ),
]

interface Packed {
  readonly filename: string
  readonly files: readonly { readonly path: string }[]
}

async function pack(folder: string): Promise<Packed> {
  const words = ['npm', 'pack', '--json', '--ignore-scripts', '--pack-destination', folder]
  const [packed] = JSON.parse(await run(words)) as readonly Packed[]
  if (packed === undefined) throw new Error('npm packed nothing')
  return packed
}

t.test('the package has what is needed, and nothing else', async (t) => {
  const { files } = await pack(t.testdir())
  const whole = ['docs', 'config/examples'].flatMap((folder) =>
    readdirSync(folder).map((name) => `${folder}/${name}`),
  )
  t.ok(whole.length > 10)
  t.same(files.map(({ path }) => path).sort(), [...shipped, ...whole].sort())
})

t.test('npm install -g gives a herald that works, without a compiler', async (t) => {
  const folder = t.testdir({ bin: {}, prefix: {}, home: {} })
  const [bin, prefix] = [join(folder, 'bin'), join(folder, 'prefix')]
  const { filename } = await pack(folder)
  symlinkSync(process.execPath, join(bin, 'node'))
  symlinkSync(realpathSync(await found('npm')), join(bin, 'npm'))
  symlinkSync('/bin/sh', join(bin, 'sh'))
  const env = { PATH: `${join(prefix, 'bin')}${delimiter}${bin}` }
  await run(
    [
      join(bin, 'npm'),
      'install',
      '--global',
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      '--prefix',
    ].concat(prefix, join(folder, filename)),
    { env, timeoutSeconds: 300 },
  )

  const herald = (...words: string[]) => attempt([join(prefix, 'bin/herald'), ...words], { env })
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string }
  t.same(await herald('--version'), { status: 0, stdout: `${version}\n`, stderr: '' })
  t.ok(existsSync(join(prefix, 'share/man/man1/herald.1')), 'and its page for man')
  t.equal((await herald('check', 'config/examples/minimal.yaml')).status, 0)
  const lab = await herald('lab', '-o', 'json')
  t.equal(lab.status, 0, 'sessions come up with what was installed')
  t.equal(lab.stderr, '')
})

async function found(command: string): Promise<string> {
  return (await run(['sh', '-c', `command -v ${command}`])).trim()
}
