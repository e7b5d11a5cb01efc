import type { ReadFile } from '../../config/files.js'
import { type Environment, type Loaded, parsing } from '../../config/load.js'
import { formatProblem } from '../../config/problem.js'
import type { Settings } from '../../config/settings.js'
import { refused } from '../../net/result.js'
import { finish, type Steps } from '../../net/steps.js'

/** Files by absolute path; a string is one of mode 0600. */
export type Files = Readonly<Record<string, string | { readonly text: string; readonly mode: number }>>

/** What is written, and the lines that `herald check` prints for it, without the name of the file. */
export type Refusal = readonly [written: string, ...problems: readonly string[]]

export const environment: Environment = { node: 'worker-1', readFile: memory({}) }

/** As `load`, in steps. */
export function loading(yaml: string, files: Files = {}): Steps<Loaded> {
  return parsing(yaml, '/etc/herald/herald.yaml', { ...environment, readFile: memory(files) })
}

/** The file is /etc/herald/herald.yaml, so that relative paths start from /etc/herald. */
export function load(yaml: string, files: Files = {}): Loaded {
  return finish(loading(yaml, files))
}

/** @throws with every problem when there is one. */
export function settingsOf(yaml: string, files: Files = {}): Settings {
  const loaded = load(yaml, files)
  if (loaded.ok) return loaded.settings
  throw new Error(loaded.problems.map(formatProblem).join('\n'))
}

/** 'LINE:COL: path: message' of each problem. */
export function problemsOf(yaml: string, files: Files = {}): readonly string[] {
  const loaded = load(yaml, files)
  return loaded.ok
    ? []
    : loaded.problems.map((problem) => formatProblem(problem).replace('/etc/herald/herald.yaml:', ''))
}

function memory(files: Files): ReadFile {
  return (path) => {
    const file = files[path]
    if (file === undefined) return refused('there is no such file')
    const { text, mode } = typeof file === 'string' ? { text: file, mode: 0o600 } : file
    return { ok: true, value: { bytes: new TextEncoder().encode(text), mode } }
  }
}
