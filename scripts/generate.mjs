// Writes the files that are made from the configuration schema. Run after a build: `npm run generate`.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { generatedFiles } from '../dist/config/generated.js'

const root = new URL('../', import.meta.url)
for (const { path, text } of generatedFiles((file) => readFileSync(new URL(file, root), 'utf8'))) {
  const target = new URL(path, root).pathname
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, text)
}
