import { z } from 'zod'
import type { Path } from './problem.js'

/** The keys that the mapping at `path` may have. */
export function keysAt(schema: z.ZodType, path: Path): readonly string[] {
  return Object.keys(shapeOf(schemaAt(schema, path)))
}

/** The schema of what stands at `path`. */
export function schemaAt(schema: z.ZodType, path: Path): z.ZodType | undefined {
  return path.reduce<z.ZodType | undefined>((at, step) => childOf(at, step), schema)
}

/** Where a key belongs: 'bgp.peers[]'. */
export function placesOf(schema: z.ZodType, key: string): readonly string[] {
  const places: string[] = []
  visit(schema, '')
  return places

  function visit(at: z.ZodType, place: string): void {
    const plain = unwrap(at)
    if (plain instanceof z.ZodArray) visit(plain.element as z.ZodType, `${place}[]`)
    for (const [name, child] of Object.entries(shapeOf(plain))) {
      if (name === key) places.push(place === '' ? 'the top level' : place)
      visit(child, place === '' ? name : `${place}.${name}`)
    }
  }
}

function childOf(schema: z.ZodType | undefined, step: string | number): z.ZodType | undefined {
  const plain = schema && unwrap(schema)
  return plain instanceof z.ZodArray ? (plain.element as z.ZodType) : shapeOf(plain)[step]
}

function shapeOf(schema: z.ZodType | undefined): Readonly<Record<string, z.ZodType>> {
  const plain = schema && unwrap(schema)
  return plain instanceof z.ZodObject ? (plain.shape as Record<string, z.ZodType>) : {}
}

/** Through what wraps a mapping or a list: optional, and the mapping of a union. */
function unwrap(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional) return unwrap(schema.unwrap() as z.ZodType)
  if (schema instanceof z.ZodUnion) {
    return (schema.options as z.ZodType[]).find((option) => option instanceof z.ZodObject) ?? schema
  }
  return schema
}
