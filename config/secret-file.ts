import { ok, type Result, refused } from '../net/result.js'
import { Secret } from '../net/secret.js'
import type { ReadFile } from './files.js'
import { MAX_KEY_OCTETS } from './peer-schema.js'

/** Reads a key from a file of one line. Fails closed: whatever is odd about the file or the key is a refusal. */
export function readSecretFile(path: string, readFile: ReadFile): Result<Secret> {
  const file = readFile(path, 4096)
  if (!file.ok) return refused(`${path} cannot be read: ${file.because}; without its key there is no session`)
  const { bytes, mode } = file.value
  if (isOpen(mode)) return refused(`${path} is open to every user of this host; run chmod 640 ${path}`)
  const text = decode(bytes)?.replace(/\r?\n$/, '')
  if (text === undefined) return refused(`${path} is not UTF-8 text; write the key as one line of text`)
  if (/[\r\n\0]/.test(text)) return refused(`${path} has more than one line; a key is one line`)
  const key = secret(text)
  return key.ok ? key : refused(`${path} ${key.because}`)
}

/** Whether users may reach it that are neither the owner nor of the group. */
export function isOpen(mode: number): boolean {
  return (mode & 0o007) !== 0
}

/** A key for TCP MD5: 1 to 80 octets. */
export function secret(text: string): Result<Secret> {
  if (text === '') return refused('is empty; write the key, or leave it out for a session without one')
  const length = new TextEncoder().encode(text).length
  if (length > MAX_KEY_OCTETS) {
    return refused(`has a key of ${length} octets; TCP MD5 takes up to ${MAX_KEY_OCTETS}`)
  }
  return ok(new Secret(text))
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
