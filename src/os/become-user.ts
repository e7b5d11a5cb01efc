import { accessSync, constants, readFileSync } from 'node:fs'
import { type Result, refused } from '../../net/result.js'
import { encodeCapabilities } from './layouts.js'
import { errno, libc } from './libc.js'
import { type Privilege, privilegeBits, readPermitted } from './privileges.js'
import type { User } from './users.js'

/** <linux/prctl.h> */
const PR_SET_KEEPCAPS = 8
const PR_CAPBSET_DROP = 24
const PR_SET_NO_NEW_PRIVS = 38
const PR_CAP_AMBIENT = 47
const PR_CAP_AMBIENT_RAISE = 2

/**
 * Makes this process one of `user`, with those of the privileges `keep` that it has, and no way to get others: the program
 * starts anew, with the same arguments and process number. Capabilities belong to threads, and Node has many; what
 * execve(2) starts has one, whose ambient set all later threads and the programs that they start inherit.
 *
 * To be called by the main thread of a process that root started. Does not return when it succeeds.
 */
export function becomeUser(user: User, keep: readonly Privilege[]): Result<never> {
  const permitted = readPermitted() ?? new Set(keep)
  const kept = keep
    .filter((privilege) => permitted.has(privilege))
    .map((privilege) => privilegeBits[privilege])
  dropBoundingSet(new Set(kept))
  libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
  const { name, uid, gid } = user
  const changed =
    libc.initgroups(name, gid) === 0 &&
    libc.setresgid(gid, gid, gid) === 0 &&
    libc.setresuid(uid, uid, uid) === 0
  if (!changed) return refused(`${errno().text}; it takes root, with CAP_SETUID and CAP_SETGID`)
  if (libc.capset(...encodeCapabilities(kept)) === -1) return refused(`capset: ${errno().text}`)
  for (const bit of kept)
    if (libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, bit, 0, 0) === -1)
      return refused(`prctl(PR_CAP_AMBIENT): ${errno().text}`)
  libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
  return startAnew(user)
}

/** Without CAP_SETPCAP it stays as it is, and PR_SET_NO_NEW_PRIVS has the same effect on programs. */
function dropBoundingSet(kept: ReadonlySet<number>): void {
  const last = Number(readFileSync('/proc/sys/kernel/cap_last_cap', 'utf8'))
  for (let bit = 0; bit <= last; bit++) if (!kept.has(bit)) libc.prctl(PR_CAPBSET_DROP, bit, 0, 0, 0)
}

function startAnew(user: User): Result<never> {
  const [node = process.execPath, program = '', ...words] = process.argv
  for (const [file, mode] of [
    [process.execPath, constants.X_OK],
    [program, constants.R_OK],
  ] as const) {
    try {
      accessSync(file, mode)
    } catch {
      return refused(`this user may not read ${file}; install herald where everybody may`)
    }
  }
  const environment = {
    ...process.env,
    USER: user.name,
    LOGNAME: user.name,
    HOME: user.home,
    SHELL: user.shell,
  }
  const pairs = Object.entries(environment).map(([name, value]) => `${name}=${value}`)
  libc.execve(process.execPath, [node, ...process.execArgv, program, ...words, null], [...pairs, null])
  return refused(`execve of ${process.execPath}: ${errno().text}`)
}
