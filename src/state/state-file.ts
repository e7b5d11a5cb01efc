import {
  closeSync,
  copyFileSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { ok, type Result, refused } from '../../net/result.js'

/** What a state file holds: the parsed JSON, or nothing because there is none, or a reason why it was set aside. */
export type StateRead<State> =
  | { readonly is: 'read'; readonly value: State }
  | { readonly is: 'absent' }
  | { readonly is: 'set-aside'; readonly text: string }

/**
 * Reads a JSON file of the state directory. One that cannot be used is renamed, never deleted and never fatal: the
 * daemon starts without it and says so.
 */
export function readState<State>(file: string, accept: (value: unknown) => value is State): StateRead<State> {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? { is: 'absent' } : setAside(file, messageOf(error))
  }
  try {
    const value: unknown = JSON.parse(text)
    return accept(value)
      ? { is: 'read', value }
      : setAside(file, 'it has another form than this version writes')
  } catch (error) {
    return setAside(file, messageOf(error))
  }
}

/** Writes the whole file or nothing, also when the power fails: a new file, fsync, rename, fsync of the folder. */
export function writeState(file: string, value: unknown): Result<void> {
  const temporary = `${file}.new`
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o750 })
    const fd = openSync(temporary, 'w', 0o640)
    try {
      writeFileSync(fd, `${JSON.stringify(value)}\n`)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    renameSync(temporary, file)
    syncDirectory(dirname(file))
    return ok(undefined)
  } catch (error) {
    discard(temporary)
    return refused(`cannot write ${file}: ${messageOf(error)}; ${remedyFor(error)}`)
  }
}

/** What makes a state directory writable again. */
export function remedyFor(error: unknown): string {
  const full = ['ENOSPC', 'EDQUOT'].includes(String(codeOf(error)))
  return full
    ? 'make room there, or choose another control.stateDirectory'
    : 'control.stateDirectory must be writable'
}

/** A file that is not there is removed already. */
export function removeState(file: string): Result<void> {
  try {
    rmSync(file, { force: true })
    return ok(undefined)
  } catch (error) {
    return refused(`cannot remove ${file}: ${messageOf(error)}; control.stateDirectory must be writable`)
  }
}

/** Whether there is one, whatever is in it; also where that cannot be told. */
export function hasState(file: string): boolean {
  try {
    lstatSync(file)
    return true
  } catch (error) {
    return codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOTDIR'
  }
}

/** Keeps the file as it is under another name, beside what will be written; answers in words. */
export function copyAside(file: string): string {
  const aside = `${file}.unusable`
  try {
    copyFileSync(file, aside)
    return `the file as it was is kept as ${aside}`
  } catch (error) {
    return `the file as it was could not be kept as ${aside}: ${messageOf(error)}`
  }
}

export function stateFile(directory: string, name: string): string {
  return join(directory, name)
}

/** Half a file on a full disk is in the way of the next attempt. */
export function discard(temporary: string): void {
  try {
    rmSync(temporary, { force: true })
  } catch {
    // What cannot be removed was not made here.
  }
}

export function syncDirectory(directory: string): void {
  const fd = openSync(directory, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

function setAside(file: string, because: string): StateRead<never> {
  const aside = `${file}.unusable`
  try {
    renameSync(file, aside)
    return { is: 'set-aside', text: `${file} cannot be used (${because}); it is kept as ${aside}` }
  } catch (error) {
    return { is: 'set-aside', text: `${file} cannot be used (${because}) nor renamed (${messageOf(error)})` }
  }
}

export function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
