import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { commands } from '../../../src/cli/commands.js'
import { documentedProgram } from '../../../src/cli/documented-program.js'
import { manPage } from '../../../src/cli/man-page.js'
import { attempt } from '../../support/command.js'
import { requires } from '../../support/requires.js'

const program = await documentedProgram()
const page = manPage(program, { version: '1.2.3', date: '2026-03-01' })

t.test('groff and mandoc have nothing to say of herald(1)', async (t) => {
  if (!requires(t, 'groff', 'mandoc')) return
  const file = join(t.testdir(), 'herald.1')
  writeFileSync(file, page)
  const set = await attempt(['groff', '-ww', '-man', '-Tutf8', '-P-cbou', '-rLL=200n', file])
  t.same({ status: set.status, stderr: set.stderr }, { status: 0, stderr: '' })
  t.same(await attempt(['mandoc', '-Tlint', '-Wwarning', file]), { status: 0, stdout: '', stderr: '' })

  t.ok(commands.length > 0)
  for (const { name } of commands) t.match(set.stdout, `herald ${name}`)
  const options = program.commands.flatMap((command) =>
    [command, ...command.commands].flatMap(({ options }) => options),
  )
  t.ok(options.length > 20)
  for (const { long } of options) t.match(set.stdout, `${long}`)
  t.match(set.stdout, 'herald announce 198.51.100.0/24 2001:db8::/48 --community no-export --med 10')
  for (const title of ['NAME', 'SYNOPSIS', 'EXIT STATUS', 'ENVIRONMENT', 'FILES', 'SEE ALSO'])
    t.match(set.stdout, new RegExp(`^${title}$`, 'm'))
})
