import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { ok, type Result, refused } from '../net/result.js'

/** A file as the loader needs it. */
export interface FileContent {
  readonly bytes: Uint8Array
  /** Permission bits of stat(2). */
  readonly mode: number
}

/** Reads a file of at most `limit` octets; refused, in words without the name, when that cannot be done. */
export type ReadFile = (path: string, limit: number) => Result<FileContent>

/** From the disk; pipes and devices are read as well, up to the limit. */
export const readDisk: ReadFile = (path, limit) => {
  try {
    const descriptor = openSync(path, 'r')
    try {
      const status = fstatSync(descriptor)
      if (status.isDirectory()) return refused('it is a directory')
      const bytes = readUpTo(descriptor, limit + 1)
      if (bytes.length > limit) return refused(`it has more than ${limit} octets`)
      return ok({ bytes, mode: status.mode & 0o7777 })
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    return refused(reason(error))
  }
}

function readUpTo(descriptor: number, limit: number): Uint8Array {
  const chunks: Uint8Array[] = []
  let total = 0
  while (total < limit) {
    const chunk = new Uint8Array(Math.min(65536, limit - total))
    const length = readSync(descriptor, chunk)
    if (length === 0) break
    chunks.push(chunk.subarray(0, length))
    total += length
  }
  return Buffer.concat(chunks)
}

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return 'there is no such file'
  if (code === 'EACCES' || code === 'EPERM') return 'this user may not read it'
  return error instanceof Error ? error.message : String(error)
}
