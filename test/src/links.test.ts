/** Links of the documentation lead somewhere. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'

const pages = [
  ...['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
  ...readdirSync('docs').flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
]

/** As GitHub makes them of headings. */
function anchorsOf(text: string): ReadonlySet<string> {
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading)
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}

t.ok(pages.length > 10)
for (const page of pages) {
  t.test(page, async (t) => {
    const text = readFileSync(page, 'utf8')
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link)
    for (const link of links.filter((each) => !/^[a-z]+:/.test(each))) {
      const [path = '', anchor] = link.split('#')
      const file = path === '' ? page : join(dirname(page), path)
      t.ok(existsSync(file), `${link} is there`)
      if (anchor !== undefined && file.endsWith('.md')) {
        t.ok(anchorsOf(readFileSync(file, 'utf8')).has(anchor), `${link} is a heading`)
      }
    }
  })
}

t.test('every page is in the index', async (t) => {
  const index = readFileSync('docs/README.md', 'utf8')
  for (const page of readdirSync('docs').filter((name) => name.endsWith('.md') && name !== 'README.md')) {
    t.ok(index.includes(`](${page})`), page)
  }
})
