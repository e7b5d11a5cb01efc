import { readFileSync } from 'node:fs'
import t from 'tap'
import { generatedFiles } from '../../config/generated.js'

const root = new URL('../../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')
const files = generatedFiles(read)

t.equal(files.length, 2)
for (const { path, text } of files) {
  t.test(`${path} is what the schema says; 'npm run generate' renews it`, async (t) => {
    t.ok(read(path) === text)
  })
}
