import { LineCounter, parseDocument } from 'yaml'
import { tooDeep } from './nesting.js'
import type { Path } from './problem.js'
import { syntaxMessage } from './syntax-error.js'
import { plantTree, type Tree } from './tree.js'

export interface Position {
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 units. */
  readonly column: number
}

/** A YAML file as plain values, and where each of them stands. */
export interface Source {
  readonly value: unknown
  /** Where the key or the value at `path` stands; for one that is missing, where its nearest parent does. */
  locate(path: Path, at: 'key' | 'value'): Position
}

export interface SourceError extends Position {
  readonly path: Path
  readonly message: string
  /** Nothing can be said of the value at `path`. */
  readonly spoilt: boolean
}

/** `source` is absent where the syntax leaves open what was meant: judging values would only add confusion. */
export interface Reading {
  readonly source?: Source
  readonly errors: readonly SourceError[]
}

/** Reads one YAML 1.2 document. */
export function readSource(text: string): Reading {
  const lines = new LineCounter()
  const place = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const deep = tooDeep(text)
  if (deep !== undefined) {
    lineBreaks(text).forEach(lines.addNewLine)
    return {
      errors: [
        { ...place(deep), path: [], message: syntaxMessage({ code: 'RESOURCE_EXHAUSTION' }), spoilt: true },
      ],
    }
  }
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    // The tree finds them as well, and knows their path.
    uniqueKeys: false,
  })
  const broken = [...document.errors, ...document.warnings].map((error) => ({
    ...place(error.pos[0]),
    path: [],
    message: syntaxMessage(error),
    spoilt: true,
  }))
  if (broken.length > 0) return { errors: broken.filter(firstOfLine) }
  const version = document.directives?.yaml
  if (version?.explicit === true && version.version !== '1.2') {
    const message = `YAML ${version.version} reads numbers and words differently; remove the %YAML line, 1.2 is meant`
    return { errors: [{ line: 1, column: 1, path: [], message, spoilt: true }] }
  }
  const { tree, errors } = plantTree(document.contents)
  return {
    source: { value: tree.value, locate: (path, at) => place(offsetOf(tree, path, at)) },
    errors: errors.map(({ offset, ...error }) => ({ ...place(offset), ...error })),
  }
}

/** The parser stumbles on over what is left of a line; once is enough to be told. */
function firstOfLine({ line, message }: SourceError, i: number, all: readonly SourceError[]): boolean {
  return i === all.findIndex((other) => other.line === line && other.message === message)
}

/** Where each line begins. */
function lineBreaks(text: string): readonly number[] {
  return [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)]
}

function offsetOf(root: Tree, path: Path, at: 'key' | 'value'): number {
  let tree = root
  for (const step of path) {
    const child = tree.children.get(step)
    if (child === undefined) return tree.keyOffset ?? tree.offset
    tree = child
  }
  return at === 'key' ? (tree.keyOffset ?? tree.offset) : tree.offset
}
