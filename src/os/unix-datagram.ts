import { AF_UNIX, encodeSockaddrUn } from './layouts.js'
import { errno, libc } from './libc.js'
import type { ErrorNumber } from './os-error.js'

const SOCK_DGRAM = 2
const SOCK_CLOEXEC = 0o2000000
/** The receiver being gone must be an error, not a signal; and a full queue must not block the daemon. */
const MSG_NOSIGNAL = 0x4000
const MSG_DONTWAIT = 0x40

/**
 * Sends one datagram to a unix socket, which node:net and node:dgram cannot; `path` may be an abstract name, written
 * with a leading `@` (unix(7)). Answers why it could not be sent, undefined when it was.
 */
export function sendUnixDatagram(path: string, text: string): ErrorNumber | undefined {
  const to = encodeSockaddrUn(path)
  if (to === undefined) return { code: 'ENAMETOOLONG', text: 'File name too long' }
  const socket = libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)
  if (socket === -1) return errno()
  const octets = new TextEncoder().encode(text)
  const sent = libc.sendto(socket, octets, octets.length, MSG_NOSIGNAL | MSG_DONTWAIT, to, to.length)
  const error = sent === -1 ? errno() : undefined
  libc.close(socket)
  return error
}
