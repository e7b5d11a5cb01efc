/** The examples, mutated as an editor's accidents would: whatever comes of it is settings or mistakes with a place. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import t from 'tap'
import { parseConfig } from '../../config/load.js'
import { formatProblem } from '../../config/problem.js'
import { refused } from '../../net/result.js'

const folder = fileURLToPath(new URL('../../../config/examples', import.meta.url))
const examples = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => readFileSync(join(folder, name), 'utf8'))
const lines = examples.flatMap((text) => text.split('\n'))

const accidents = [
  ...[
    '',
    '~',
    '[]',
    '{}',
    '- ',
    '? ',
    ': ',
    '&a',
    '*a',
    '<<: *a',
    '!!binary x',
    '|',
    '>',
    '"',
    "'",
    '%',
    '@',
    '\t',
  ],
  ...[
    '\u0000',
    '\u001b[2J',
    '\ufeff',
    '\u2028',
    '\ud800',
    '---',
    '...',
    '[[[[[[',
    '{a: {a: ',
    'on',
    '0x10',
    '1e999',
  ],
  ...[
    '-1',
    '.nan',
    '.inf',
    '99999999999999999999',
    '__proto__',
    'constructor',
    '2001-01-01',
    '::',
    '0.0.0.0/0',
  ],
  ...[
    '0.0.0.0-255.255.255.255',
    '::ffff:1.2.3.4',
    'fe80::1%eth0',
    '300ms',
    '/(/',
    '/(a+)+$/',
    'a'.repeat(5000),
  ],
]

type Edit = (text: readonly string[]) => readonly string[]

/** Line and column are taken modulo what there is. */
const edit: fc.Arbitrary<Edit> = fc
  .record({
    line: fc.nat(1000),
    column: fc.nat(100),
    how: fc.constantFrom('remove', 'repeat', 'indent', 'insert', 'value', 'key', 'swap'),
    accident: fc.constantFrom(...accidents),
    other: fc.constantFrom(...lines),
  })
  .map(({ line, column, how, accident, other }) => (text) => {
    const at = line % text.length
    const old = text[at] ?? ''
    const put = (...now: readonly string[]) => [...text.slice(0, at), ...now, ...text.slice(at + 1)]
    switch (how) {
      case 'remove':
        return put()
      case 'repeat':
        return put(old, old)
      case 'indent':
        return put(` ${old}`)
      case 'insert':
        return put(old.slice(0, column % (old.length + 1)) + accident + old.slice(column % (old.length + 1)))
      case 'value':
        return put(old.replace(/:.*$/, () => `: ${accident}`))
      case 'key':
        return put(old.replace(/\w+:/, () => `${accident}:`))
      case 'swap':
        return put(other)
    }
  })

t.test('no mistake is an exception, and each has its line and what would be right', async (t) => {
  t.ok(examples.length > 5, 'there are examples')
  let refusals = 0
  fc.assert(
    fc.property(
      fc.constantFrom(...examples),
      fc.array(edit, { minLength: 1, maxLength: 4 }),
      (example, edits) => {
        const text = edits.reduce<readonly string[]>(
          (now, change) => (now.length === 0 ? now : change(now)),
          example.split('\n'),
        )
        const loaded = parseConfig(text.join('\n'), '/f.yaml', {
          node: 'worker-1',
          readFile: () => refused('there is no such file'),
        })
        if (loaded.ok) return true
        refusals++
        const located = /^\/f\.yaml:\d+(:\d+)?: \P{Cc}+$/u
        return loaded.problems.length > 0 && loaded.problems.every((one) => located.test(formatProblem(one)))
      },
    ),
    { numRuns: 500 },
  )
  t.ok(refusals > 100, `${refusals} files were refused`)
})
