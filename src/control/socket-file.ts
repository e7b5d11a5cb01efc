import { randomBytes } from 'node:crypto'
import type { Stats } from 'node:fs'
import { chmod, lstat, mkdir, rename, rm, stat } from 'node:fs/promises'
import { connect, type Server } from 'node:net'
import { dirname, join } from 'node:path'
import { socketPath } from './socket-path.js'

/** Why the control socket cannot be opened; the message ends with the remedy. */
export class SocketFileError extends Error {
  readonly kind: SocketTrouble

  constructor(kind: SocketTrouble, message: string) {
    super(message)
    this.name = 'SocketFileError'
    this.kind = kind
  }
}

export type SocketTrouble = 'path' | 'directory' | 'in-use' | 'not-a-socket' | 'permission'

/** The owner and the group may connect, nobody else. */
const SOCKET_MODE = 0o660

/**
 * Makes `server` listen on `path`, creating its directory and taking over what a dead daemon left there. The socket
 * is bound under another name and renamed into place: nobody ever meets it with a wrong mode, or misses it.
 *
 * @returns removes the file again, unless another daemon has taken the path over since.
 * @throws SocketFileError
 */
export async function listenAt(server: Server, path: string): Promise<() => Promise<void>> {
  const directory = dirname(path)
  const temporary = join(directory, `.${randomBytes(4).toString('hex')}`)
  for (const wanted of [path, temporary]) {
    const checked = socketPath(wanted)
    if (!checked.ok) throw new SocketFileError('path', checked.because)
  }
  await makeDirectory(directory)
  await refuseLive(path)
  try {
    await listening(server, temporary)
    await chmod(temporary, SOCKET_MODE)
    await rename(temporary, path)
  } catch (error) {
    server.close()
    throw new SocketFileError(
      'permission',
      `cannot create ${path}: ${reason(error)}; let this user write to ${directory}, or choose another path with control.socket`,
    )
  }
  const ours = await stat(path)
  return async () => {
    const now = await existing(path)
    if (now?.ino === ours.ino && now.dev === ours.dev) await rm(path, { force: true })
  }
}

async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true })
  } catch (error) {
    throw new SocketFileError(
      'directory',
      `cannot create the directory ${directory} for the control socket: ${reason(error)}; create it for this user, or choose another path with control.socket`,
    )
  }
}

/** A socket file on which nobody answers is what a killed daemon leaves; anything else is not ours to remove. */
async function refuseLive(path: string): Promise<void> {
  const found = await existing(path)
  if (found === undefined) return
  if (!found.isSocket()) {
    throw new SocketFileError(
      'not-a-socket',
      `${path} exists and is no socket; move it away, or choose another path with control.socket`,
    )
  }
  const code = await connectErrorOf(path)
  if (code === 'ECONNREFUSED' || code === 'ENOENT') return
  if (code === 'EACCES') {
    throw new SocketFileError(
      'permission',
      `${path} belongs to another user; run as that user, or choose another path with control.socket`,
    )
  }
  throw new SocketFileError(
    'in-use',
    `another herald daemon answers on ${path}; stop it first, or choose another path with control.socket`,
  )
}

async function existing(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path)
  } catch {
    return undefined
  }
}

/** The code of the failure to connect; undefined when somebody answers. */
function connectErrorOf(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(undefined)
    })
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''))
  })
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function reason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied'
  if (code === 'EROFS') return 'the file system is read-only'
  if (code === 'ENOTDIR') return 'a part of the path is no directory'
  return error instanceof Error ? error.message : String(error)
}
