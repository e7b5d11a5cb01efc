import { isDeepStrictEqual } from 'node:util'

type Schema = Readonly<Record<string, unknown>>

/** Where `value` does not fit, for the keywords that zod writes; a keyword it does not know is a mistake. */
export function violations(schema: Schema, value: unknown, at = ''): readonly string[] {
  return Object.entries(schema).flatMap(([keyword, wanted]) => {
    const check = keywords[keyword]
    if (check === undefined) throw new Error(`keyword ${keyword} at '${at}' is not known to this checker`)
    return check(wanted, value, at, schema)
  })
}

type Check = (wanted: unknown, value: unknown, at: string, schema: Schema) => readonly string[]

const holds =
  (
    word: string,
    test: (wanted: never, value: never) => boolean,
    applies: (value: unknown) => boolean,
  ): Check =>
  (wanted, value, at) =>
    !applies(value) || test(wanted as never, value as never)
      ? []
      : [`${at}: ${word} ${JSON.stringify(wanted)}`]

const always = () => true
const isText = (value: unknown) => typeof value === 'string'
const isNumber = (value: unknown) => typeof value === 'number'
const isMapping = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const fits = (schema: Schema, value: unknown) => violations(schema, value).length === 0

const types: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: isText,
  integer: Number.isInteger,
  boolean: (value) => typeof value === 'boolean',
  array: Array.isArray,
  object: isMapping,
}

const keywords: Readonly<Record<string, Check>> = {
  $schema: () => [],
  title: () => [],
  description: () => [],
  default: () => [],
  examples: () => [],
  format: () => [],
  type: holds('type', (wanted: string, value) => types[wanted]!(value), always),
  const: holds('const', (wanted, value) => wanted === value, always),
  enum: holds('enum', (wanted: readonly unknown[], value) => wanted.includes(value), always),
  pattern: holds('pattern', (wanted: string, value: string) => new RegExp(wanted).test(value), isText),
  minLength: holds('minLength', (wanted: number, value: string) => value.length >= wanted, isText),
  maxLength: holds('maxLength', (wanted: number, value: string) => value.length <= wanted, isText),
  minimum: holds('minimum', (wanted: number, value: number) => value >= wanted, isNumber),
  maximum: holds('maximum', (wanted: number, value: number) => value <= wanted, isNumber),
  minItems: holds('minItems', (wanted: number, value: unknown[]) => value.length >= wanted, Array.isArray),
  uniqueItems: holds(
    'uniqueItems',
    (_, value: unknown[]) =>
      value.every((item, i) => !value.slice(0, i).some((each) => isDeepStrictEqual(each, item))),
    Array.isArray,
  ),
  required: holds(
    'required',
    (wanted: string[], value) => wanted.every((key) => Object.hasOwn(value, key)),
    isMapping,
  ),
  not: holds('not', (wanted: Schema, value) => !fits(wanted, value), always),
  anyOf: holds('anyOf', (wanted: Schema[], value) => wanted.some((branch) => fits(branch, value)), always),
  oneOf: holds(
    'oneOf',
    (wanted: Schema[], value) => wanted.filter((branch) => fits(branch, value)).length === 1,
    always,
  ),
  items: (wanted, value, at) =>
    Array.isArray(value) ? value.flatMap((item, i) => violations(wanted as Schema, item, `${at}[${i}]`)) : [],
  properties: (wanted, value, at) =>
    isMapping(value)
      ? Object.entries(wanted as Record<string, Schema>).flatMap(([key, schema]) =>
          Object.hasOwn(value, key) ? violations(schema, value[key], `${at}.${key}`) : [],
        )
      : [],
  additionalProperties: (wanted, value, at, { properties = {} }) =>
    wanted === false && isMapping(value)
      ? Object.keys(value).flatMap((key) =>
          Object.hasOwn(properties as Schema, key) ? [] : [`${at}.${key}: unknown`],
        )
      : [],
}
