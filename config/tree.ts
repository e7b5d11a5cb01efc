import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml'
import type { Path } from './problem.js'

/** A value of the file and where it stands; mappings and lists have children. */
export interface Tree {
  readonly value: unknown
  /** Where the value begins, in characters from the start of the file. */
  readonly offset: number
  readonly keyOffset?: number
  readonly children: ReadonlyMap<string | number, Tree>
}

/** A mistake in the make-up of the tree: keys, aliases, merges. */
export interface TreeError {
  readonly path: Path
  readonly offset: number
  readonly message: string
  /** Nothing can be said of the value at `path`. */
  readonly spoilt: boolean
}

/** Nodes that aliases may add: room for honest reuse, none for a file that multiplies itself. */
const MAX_ALIASED_NODES = 100_000
const MAX_DEPTH = 50

const leaf: ReadonlyMap<string | number, Tree> = new Map()

/** Turns parsed YAML into plain values, resolving aliases and `<<` merges, and remembers where each one stands. */
export function plantTree(root: Node | null): { readonly tree: Tree; readonly errors: readonly TreeError[] } {
  const errors: TreeError[] = []
  const anchors = new Map<string, Node>()
  let aliased = 0
  let aliasDepth = 0

  const tree = visit(root, [], 0)
  return { tree, errors }

  function visit(node: Node | null, path: Path, offset: number): Tree {
    const at = node?.range?.[0] ?? offset
    if (path.length > MAX_DEPTH) return refuse(path, at, 'is nested too deeply; herald has nothing this deep')
    if (aliasDepth > 0 && ++aliased > MAX_ALIASED_NODES) {
      return refuse(path, at, 'aliases repeat too much; write the values out')
    }
    if (isAlias(node)) return follow(node.source, path, at)
    const grown = isMap(node)
      ? mapping(node, path, at)
      : isSeq(node)
        ? list(node.items, path, at)
        : scalar(node, at)
    // Known only once it is complete, so that nothing can contain itself.
    if (node?.anchor !== undefined && aliasDepth === 0) anchors.set(node.anchor, node)
    return grown
  }

  function follow(anchor: string, path: Path, offset: number): Tree {
    const target = anchors.get(anchor)
    if (target === undefined) return refuse(path, offset, `*${anchor} has no anchor &${anchor} before it`)
    aliasDepth += 1
    const grown = visit(target, path, offset)
    aliasDepth -= 1
    return grown
  }

  function scalar(node: Node | null, offset: number): Tree {
    return { value: isScalar(node) ? node.value : null, offset, children: leaf }
  }

  function list(items: readonly unknown[], path: Path, offset: number): Tree {
    const children = items.map((item, i) => visit(item as Node | null, [...path, i], offset))
    return { value: children.map(({ value }) => value), offset, children: new Map(children.entries()) }
  }

  function mapping(map: YAMLMap, path: Path, offset: number): Tree {
    const own = new Map<string, Tree>()
    const merged = new Map<string, Tree>()
    for (const pair of map.items as Pair<Node | null, Node | null>[]) {
      const keyOffset = pair.key?.range?.[0] ?? offset
      const key = keyOf(pair.key)
      if (key === undefined) {
        errors.push({
          path,
          offset: keyOffset,
          message: 'a key is plain text; quote a value such as "[::]:179"',
          spoilt: true,
        })
      } else if (key === '<<') {
        merge(merged, pair.value, path, keyOffset)
      } else if (own.has(key)) {
        errors.push({
          path: [...path, key],
          offset: keyOffset,
          message: 'is given twice here; remove one',
          spoilt: false,
        })
      } else {
        own.set(key, { ...visit(pair.value, [...path, key], keyOffset), keyOffset })
      }
    }
    const children = new Map([...own, ...[...merged].filter(([key]) => !own.has(key))])
    // fromEntries makes even '__proto__' an ordinary key.
    const value = Object.fromEntries([...children].map(([key, child]) => [key, child.value]))
    return { value, offset, children }
  }

  /** What stands earlier wins (https://yaml.org/type/merge.html). */
  function merge(into: Map<string, Tree>, node: Node | null, path: Path, offset: number): void {
    const from = visit(node, path, offset)
    for (const source of Array.isArray(from.value) ? from.children.values() : [from]) {
      if (source.children.size === 0 || Array.isArray(source.value)) {
        refuse([...path, '<<'], offset, 'merges mappings: write <<: *anchor, the anchor on a mapping')
      }
      for (const [key, child] of source.children) if (!into.has(String(key))) into.set(String(key), child)
    }
  }

  function refuse(path: Path, offset: number, message: string): Tree {
    errors.push({ path, offset, message, spoilt: true })
    return { value: undefined, offset, children: leaf }
  }
}

function keyOf(key: Node | null): string | undefined {
  return isScalar(key) && key.value !== null ? String(key.value) : undefined
}
