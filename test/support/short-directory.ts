import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'

/** A directory for sockets, gone at the end of the test: `t.testdir()` is too deep for the 107 octets of a path. */
export function shortDirectory(t: Test): string {
  const directory = mkdtempSync(join(tmpdir(), 'herald-'))
  t.teardown(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}
