// Writes dist/man/herald.1 from what `herald --help` prints. Run after tsc: node scripts/man.mjs
import { mkdirSync, writeFileSync } from 'node:fs'
import { documentedProgram } from '../dist/src/cli/documented-program.js'
import { manPage } from '../dist/src/cli/man-page.js'
import { readVersion } from '../dist/src/version.js'

// https://reproducible-builds.org/specs/source-date-epoch: builds of the same source are the same.
const epoch = process.env.SOURCE_DATE_EPOCH
const built = epoch === undefined ? new Date() : new Date(Number(epoch) * 1000)
const page = manPage(await documentedProgram(), {
  version: readVersion(),
  date: built.toISOString().slice(0, 10),
})
const folder = new URL('../dist/man/', import.meta.url)
mkdirSync(folder, { recursive: true })
writeFileSync(new URL('herald.1', folder), page)
