import type { Steps } from '../../net/steps.js'

/** Items of a list that are written in a step: a millisecond or two. */
const STEP = 512

/** The value as JSON, UTF-8 in pieces: lists that it has among its keys are written in steps. */
export function* jsonText(value: unknown): Steps<readonly Uint8Array[]> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [octets(value)]
  const pieces: Uint8Array[] = []
  const write = (text: string) => pieces.push(Buffer.from(text))
  let before = '{'
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue
    write(`${before}${JSON.stringify(key)}:`)
    before = ','
    if (Array.isArray(item)) yield* writing(item, write)
    else pieces.push(octets(item))
  }
  write(before === '{' ? '{}' : '}')
  return pieces
}

function* writing(list: readonly unknown[], write: (text: string) => void): Steps<void> {
  for (let at = 0; at < list.length; at += STEP) {
    if (at > 0) yield
    const text = JSON.stringify(list.slice(at, at + STEP))
    write(`${at === 0 ? '[' : ','}${text.slice(1, -1)}`)
  }
  write(list.length === 0 ? '[]' : ']')
}

function octets(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value))
}
