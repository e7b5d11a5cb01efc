import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Test } from 'tap'

/**
 * Whether this machine has what a test needs: 'root', or the name of a command. Where it has not, the test says so
 * and must return; in CI, where everything is to be there, it fails instead.
 */
export function requires(t: Test, ...needs: readonly string[]): boolean {
  const missing = needs.filter((need) => !(need === 'root' ? process.getuid?.() === 0 : isCommand(need)))
  if (missing.length === 0) return true
  const text = `NOT RUN: needs ${missing.join(', ')}`
  if (process.env.CI === 'true') t.fail(text)
  else t.comment(text)
  return false
}

function isCommand(name: string): boolean {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']
  return folders.some((folder) => existsSync(join(folder, name)))
}
