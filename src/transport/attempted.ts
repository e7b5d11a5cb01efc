import { ok, type Result, refused } from '../../net/result.js'
import { OsError } from '../os/os-error.js'

/** Turns what the operating system refuses into a value with its words; other errors are ours and pass. */
export function attempted<T>(action: () => T): Result<T> {
  try {
    return ok(action())
  } catch (error) {
    if (error instanceof OsError) return refused(error.message)
    throw error
  }
}
