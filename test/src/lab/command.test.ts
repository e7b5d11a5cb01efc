/** The lab as its users end it: with a signal, or with `head`. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { shortDirectory } from '../../support/short-directory.js'
import { runHerald } from '../cli/run-herald.js'

const main = fileURLToPath(new URL('../../../src/main.js', import.meta.url))

t.test('Ctrl-C ends it with a word, exit code 1, and nothing left', async (t) => {
  const directory = shortDirectory(t)
  const child = spawn(process.execPath, [main, 'lab'], { env: { ...process.env, TMPDIR: directory } })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  let told = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    told += text
    if (told.includes('herald routes advertised')) child.kill('SIGINT')
  })
  const [code] = await once(child, 'close')
  t.equal(code, 1)
  t.equal(stderr, 'herald: the lab was interrupted\n')
  t.same(readdirSync(directory), [])
})

t.test('a reader that has had enough ends it, and nothing is left', async (t) => {
  const directory = shortDirectory(t)
  const { code, stderr } = await runHerald(['lab'], {
    env: { TMPDIR: directory },
    enough: (stdout) => stdout.includes('The configuration'),
  })
  t.equal(code, 0)
  t.equal(stderr, '')
  t.same(readdirSync(directory), [])
})
