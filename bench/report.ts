/** Puts the figures of a run into docs/performance.md: node dist/bench/report.js [bench-results.json]. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Results } from './results.js'
import { comparison, growth, remarks, shortfalls } from './tables.js'

const biome = fileURLToPath(new URL('../../node_modules/.bin/biome', import.meta.url))
const page = fileURLToPath(new URL('../../docs/performance.md', import.meta.url))

const [file = 'bench-results.json'] = process.argv.slice(2)
const results = JSON.parse(readFileSync(file, 'utf8')) as Results
const sections: Readonly<Record<string, string>> = {
  machine: describe(results),
  comparison: markdown(comparison(results)),
  shortfalls: list(
    shortfalls(results),
    'herald is ahead of every other speaker, and within its bounds, in every row.',
  ),
  growth: markdown(growth(results)),
}

let text = readFileSync(page, 'utf8')
for (const [name, content] of Object.entries(sections)) {
  const place = new RegExp(`(<!-- ${name}: [^>]*-->\n)[^]*?(<!-- end -->)`)
  if (!place.test(text)) throw new Error(`${page} has no place for '${name}'`)
  // A run of some cases leaves what it has not measured as it was.
  if (content !== '')
    text = text.replace(place, (_, begin: string, end: string) => `${begin}\n${content}\n\n${end}`)
}
writeFileSync(page, text)
// Columns as wide as the formatter wants them.
execFileSync(biome, ['format', '--write', page])

function describe({ machine, speakers, quick, limitSeconds, load, ...rest }: Results): string {
  const { cpu, cores, memory, system, kernel, node, at } = machine
  const versions = speakers
    .filter(({ name }) => name !== 'wire')
    .map(({ title, version }) => `${title} ${version}`)
  const shared =
    load.median > cores
      ? ' The machine did other work meanwhile, so that times are longer than they would be.'
      : ''
  return [
    `Measured ${at.slice(0, 10)}${quick ? ' with `--quick`' : ''} on ${cores} × ${cpu}, ${Math.round(memory / 2 ** 30)} GiB, ${system},`,
    `Linux ${kernel}, Node ${node}; ${versions.join(', ')}. Limit ${limitSeconds} s. ${remarks({ machine, speakers, quick, limitSeconds, load, ...rest }).at(-1) ?? ''}.${shared}`,
  ].join('\n')
}

function markdown(table: readonly (readonly string[])[]): string {
  const [heading, ...body] = table
  if (heading === undefined) return ''
  const rule = heading.map((_, i) => (i === 0 ? '---' : '---:'))
  return [heading, rule, ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function list(lines: readonly string[], none: string): string {
  return lines.length === 0 ? none : lines.map((line) => `- ${line}`).join('\n')
}
