import { LineCounter, parseDocument } from 'yaml'
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
  const document = parseDocument(text, {
    lineCounter: lines,
    logLevel: 'silent',
    prettyErrors: false,
    // The tree finds them as well, and knows their path.
    uniqueKeys: false,
  })
  const broken = [...document.errors, ...document.warnings].map((error) => ({
    ...place(error.pos[0]),
    path: [],
    message: syntaxMessage(error),
  }))
  if (broken.length > 0) return { errors: broken }
  const version = document.directives?.yaml
  if (version?.explicit === true && version.version !== '1.2') {
    const message = `YAML ${version.version} reads numbers and words differently; remove the %YAML line, 1.2 is meant`
    return { errors: [{ line: 1, column: 1, path: [], message }] }
  }
  const { tree, errors } = plantTree(document.contents)
  return {
    source: { value: tree.value, locate: (path, at) => place(offsetOf(tree, path, at)) },
    errors: errors.map(({ offset, path, message }) => ({ ...place(offset), path, message })),
  }
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
