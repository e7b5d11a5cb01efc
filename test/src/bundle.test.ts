/** The program as one script, as the package installs it, does what its modules do. */
import { execFile } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { promisify } from 'node:util'
import t from 'tap'
import { commands } from '../../src/cli/commands.js'
import { attempt } from '../support/command.js'

await promisify(execFile)(process.execPath, ['scripts/bundle.mjs'])

t.test('the bundle comes with the code of this Node and with the licences of what is in it', async (t) => {
  const files = ['herald.js', 'herald.cache', 'licenses.txt'].map((name) => `dist/bundle/${name}`)
  for (const file of files) t.ok(existsSync(file) && statSync(file).size > 1000, file)
})

t.test('V8 takes the code as it is, and the script has a character in each octet', async (t) => {
  const start = `
    const { readFileSync } = require('node:fs')
    const source = readFileSync('dist/bundle/herald.js', 'latin1')
    const cachedData = readFileSync('dist/bundle/herald.cache')
    const script = new (require('node:vm').Script)(source, { cachedData })
    console.log(script.cachedDataRejected, /[^\\x00-\\x7f]/.test(source))`
  t.match(await attempt([process.execPath, '-e', start]), { stdout: 'false false\n' })
})

const lines: readonly (readonly string[])[] = [
  ['--version'],
  ['--help'],
  ['check', 'config/examples/full.yaml'],
  ['check', 'package.json'],
  ['--no-such-option'],
  ['peers', '--socket', '/nowhere/herald.sock'],
  ...commands.map(({ name }) => [name, '--help']),
]

t.ok(lines.length > 6)
for (const line of lines) {
  t.test(`herald ${line.join(' ')} says the same`, async (t) => {
    const [bundled, modules] = await Promise.all(
      ['herald', 'main'].map((name) => attempt([process.execPath, `dist/src/${name}.js`, ...line])),
    )
    t.same(bundled, modules)
    t.ok(`${modules?.stdout}${modules?.stderr}`.length > 0)
  })
}
