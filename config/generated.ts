import { jsonSchema } from './json-schema.js'
import { reference } from './reference.js'

/** A file that is made from the schema and kept in the repository; a test fails when it is stale. */
export interface GeneratedFile {
  /** From the root of the repository. */
  readonly path: string
  readonly text: string
}

/** @param read the text of a file by its path from the root of the repository. */
export function generatedFiles(read: (path: string) => string): readonly GeneratedFile[] {
  const minimal = read('config/examples/minimal.yaml')
  const full = read('config/examples/full.yaml')
  return [
    { path: 'config/herald.schema.json', text: `${JSON.stringify(jsonSchema(), null, 2)}\n` },
    { path: 'docs/configuration.md', text: reference({ minimal, full }) },
  ]
}
