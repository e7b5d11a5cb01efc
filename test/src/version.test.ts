import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import t from 'tap'
import { readVersion } from '../../src/version.js'

const compiled = fileURLToPath(new URL('../../src/version.js', import.meta.url))

t.test('the version is that of package.json', async (t) => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
  t.equal(readVersion(), version)
  t.match(version, /^\d+\.\d+\.\d+/)
})

t.test('an installed package finds its own package.json, not that of its user', async (t) => {
  const user = t.testdir({ 'package.json': '{ "name": "theirs", "version": "9.9.9" }' })
  const installed = join(user, 'node_modules', 'herald')
  mkdirSync(join(installed, 'dist', 'src'), { recursive: true })
  writeFileSync(join(installed, 'package.json'), '{ "name": "herald", "type": "module", "version": "1.2.3" }')
  cpSync(compiled, join(installed, 'dist', 'src', 'version.js'))
  const theirs = await import(pathToFileURL(join(installed, 'dist', 'src', 'version.js')).href)
  t.equal(theirs.readVersion(), '1.2.3')
})
