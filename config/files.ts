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
      const bytes = readUpTo(descriptor, limit + 1, status.size)
      if (bytes.length > limit) return refused(`it has more than ${limit} octets`)
      return ok({ bytes, mode: status.mode & 0o7777 })
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    return refused(reason(error))
  }
}

/** @param size what the file says that it has, 0 for a pipe: one that has just that is read in one piece */
function readUpTo(descriptor: number, limit: number, size: number): Uint8Array {
  const chunks: Uint8Array[] = []
  let total = 0
  while (total < limit) {
    const wanted = chunks.length === 0 ? Math.max(65536, size + 1) : 65536
    const chunk = new Uint8Array(Math.min(wanted, limit - total))
    const length = readSync(descriptor, chunk)
    if (length === 0) break
    chunks.push(chunk.subarray(0, length))
    total += length
  }
  const [only, ...others] = chunks
  return only !== undefined && others.length === 0 ? only : Buffer.concat(chunks)
}

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return 'there is no such file'
  if (code === 'EACCES' || code === 'EPERM') return 'this user may not read it'
  return error instanceof Error ? error.message : String(error)
}
