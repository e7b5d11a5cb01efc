import t from 'tap'
import { plain, styled } from '../../../src/cli/style.js'
import { type Column, indented, renderFields, renderTable } from '../../../src/cli/table.js'

interface Pet {
  readonly name: string
  readonly legs: number
}

const columns: readonly Column<Pet>[] = [
  { header: 'Name', cell: ({ name }) => name, style: () => 'good' },
  { header: 'Legs', cell: ({ legs }) => (legs === 0 ? '' : String(legs)) },
]

t.test(
  'columns are as wide as their widest cell and two spaces apart; no line ends in a space',
  async (t) => {
    const rows = [
      { name: 'cat', legs: 4 },
      { name: 'rattlesnake', legs: 0 },
    ]
    t.equal(renderTable(columns, rows, plain), 'Name         Legs\ncat          4\nrattlesnake\n')
  },
)

t.test('a table without rows is its headers', async (t) => {
  t.equal(renderTable(columns, [], plain), 'Name  Legs\n')
})

t.test('colours take no room', async (t) => {
  const coloured = renderTable(columns, [{ name: 'cat', legs: 4 }], styled)
  t.equal(coloured, '\u001b[1mName\u001b[0m  \u001b[1mLegs\u001b[0m\n\u001b[32mcat\u001b[0m   4\n')
})

t.test('characters count, not UTF-16 units', async (t) => {
  t.equal(renderTable(columns, [{ name: '🐈', legs: 4 }], plain), 'Name  Legs\n🐈     4\n')
})

t.test('no cell commands the terminal', async (t) => {
  t.equal(renderTable(columns, [{ name: '\u001b[2J\n', legs: 4 }], plain), 'Name   Legs\n?[2J?  4\n')
  t.equal(renderFields([['Name', '\u0007\u009b']], plain), 'Name  ??\n')
})

t.test('fields stand under each other, and those without text are left out', async (t) => {
  const fields = renderFields(
    [
      ['Node', 'worker-1'],
      ['Log level', 'info', 'good'],
      ['Nothing', undefined],
    ],
    plain,
  )
  t.equal(fields, 'Node       worker-1\nLog level  info\n')
})

t.test('indented text keeps its empty lines empty', async (t) => {
  t.equal(indented('a\n\nb\n'), '  a\n\n  b\n')
})
