/** The C programs: compiled on the spot. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '../../test/support/command.js'

const sources = fileURLToPath(new URL('../../../bench/lan', import.meta.url))
const names = ['ask', 'responder', 'record'] as const

export type Programs = Readonly<Record<(typeof names)[number], string>>

/** Compiles all of them into the folder; answers their paths. */
export async function compilePrograms(folder: string): Promise<Programs> {
  const compiled = { ask: '', responder: '', record: '' }
  for (const name of names) {
    compiled[name] = join(folder, name)
    const files = [`${name}.c`, 'question.c'].map((file) => join(sources, file))
    await run(['cc', '-O2', '-std=c11', '-Wall', '-o', compiled[name], ...files])
  }
  return compiled
}
