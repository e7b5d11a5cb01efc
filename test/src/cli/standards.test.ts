import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const root = new URL('../../../../', import.meta.url)

t.test('docs/standards.md names only files that are there, and a test for each standard', async (t) => {
  const text = readFileSync(fileURLToPath(new URL('docs/standards.md', root)), 'utf8')
  const rows = text.split('\n').filter((line) => /^\| \d{3,4} /.test(line))
  t.ok(rows.length > 20, `${rows.length} rows`)
  for (const row of rows) {
    const paths = [...row.matchAll(/`([\w./-]+\.ts)`/g)].map(([, path]) => path ?? '')
    t.same(
      paths.filter((path) => !existsSync(fileURLToPath(new URL(path, root)))),
      [],
    )
    t.ok(
      paths.some((path) => path.startsWith('test/')),
      row.slice(0, 40),
    )
  }
})
