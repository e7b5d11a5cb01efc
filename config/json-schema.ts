import { z } from 'zod'
import { fileSchema } from './schema.js'

/** JSON Schema as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>

/**
 * What editors complete and check the file by. It accepts every file that herald accepts; herald checks more.
 * Draft 7 is what the common YAML language server knows best.
 */
export function jsonSchema(): JsonSchema {
  return z.toJSONSchema(fileSchema, {
    target: 'draft-7',
    // What is written in the file, not what it is read into.
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      // zod leaves these out of values that are transformed, because they may be of the outcome; here they never are.
      const told = z.globalRegistry.get(zodSchema)
      for (const key of ['default', 'examples']) {
        if (told?.[key] !== undefined) Object.assign(jsonSchema, { [key]: told[key] })
      }
    },
  })
}
