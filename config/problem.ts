import { printable } from '../net/printable.js'

/** Keys and indexes from the root of the file. */
export type Path = readonly (string | number)[]

/** One mistake in a file, where it is and what would be right. */
export interface Problem {
  readonly file: string
  /** From 1; 0 where the file as a whole is meant. */
  readonly line: number
  /** From 1, in UTF-16 units; 0 where the file, or the line, as a whole is meant. */
  readonly column: number
  /** 'bgp.peers[0].holdTime'; '' where the file as a whole is meant. */
  readonly path: string
  /** What is wrong, and what would be right. */
  readonly message: string
}

/** A mistake before it has a place: the loader knows where each key and value stands. */
export interface Finding {
  readonly path: Path
  readonly at: 'key' | 'value'
  readonly message: string
}

/** 'FILE:LINE:COL: path.to.key: what is wrong, and what would be right', fit for a terminal whatever the file holds. */
export function formatProblem({ file, line, column, path, message }: Problem): string {
  const place = line === 0 ? file : column === 0 ? `${file}:${line}` : `${file}:${line}:${column}`
  return printable(path === '' ? `${place}: ${message}` : `${place}: ${path}: ${message}`)
}

/** The same for what is no mistake. */
export function formatWarning(warning: Problem): string {
  return formatProblem({ ...warning, message: `warning: ${warning.message}` })
}

/** 'bgp.peers[0].holdTime'. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    return text === '' ? step : `${text}.${step}`
  }, '')
}

/** A path as the key of a Map or Set. */
export function pathKey(path: Path): string {
  return JSON.stringify(path)
}

/** File by file, in the order of the lines, each mistake once. */
export function sortProblems(problems: readonly Problem[]): readonly Problem[] {
  const once = new Map(problems.map((problem) => [formatProblem(problem), problem]))
  const files = [...new Set(problems.map(({ file }) => file))]
  const place = ({ file }: Problem) => files.indexOf(file)
  return [...once.values()].sort((a, b) => place(a) - place(b) || a.line - b.line || a.column - b.column)
}
