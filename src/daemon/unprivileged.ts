import { chmodSync, chownSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { ControlSettings } from '../../config/settings.js'
import { ok, type Result, refused } from '../../net/result.js'
import { becomeUser } from '../os/become-user.js'
import type { Privilege } from '../os/privileges.js'
import { findUser, type User } from '../os/users.js'

/** Port 179; ARP, NDP and router advertisements. */
const kept: readonly Privilege[] = ['CAP_NET_BIND_SERVICE', 'CAP_NET_RAW']

/** As the systemd unit has them: RuntimeDirectoryMode= and StateDirectoryMode=. */
const SOCKET_DIRECTORY_MODE = 0o750
const STATE_DIRECTORY_MODE = 0o700

/**
 * `herald run --user`: where root started it, this process becomes `name`'s, and the program starts anew as that user; the
 * directories that it must write are made for it where there are none. Returns ok when it is that user's already.
 */
export function runUnprivileged(name: string, control: ControlSettings): Result<undefined> {
  const user = findUser(name)
  if (user === undefined) return refused(`--user: this host has no user ${name}`)
  const now = process.getuid?.()
  if (now === user.uid) return ok(undefined)
  if (now !== 0) return refused(`--user: only root can become ${name}; leave it out, or start herald as root`)
  try {
    makeFor(user, dirname(control.socket), SOCKET_DIRECTORY_MODE)
    makeFor(user, control.stateDirectory, STATE_DIRECTORY_MODE)
  } catch (error) {
    return refused(`--user: ${error instanceof Error ? error.message : String(error)}`)
  }
  const become = becomeUser(user, kept)
  return become.ok ? become : refused(`cannot become ${name}: ${become.because}`)
}

/** A directory that is there belongs to somebody, who has reasons. */
function makeFor({ uid, gid }: User, directory: string, mode: number): void {
  if (mkdirSync(directory, { recursive: true, mode: 0o755 }) === undefined) return
  chownSync(directory, uid, gid)
  chmodSync(directory, mode)
}
