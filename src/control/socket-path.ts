import { ok, type Result, refused } from '../../net/result.js'

/** sun_path of unix(7) holds 108 octets with its final NUL. libuv cuts a longer path off without a word. */
const MAX_PATH_OCTETS = 107

export function socketPath(text: string): Result<string> {
  const octets = Buffer.byteLength(text)
  if (octets === 0) return refused('the path of the control socket is empty')
  if (octets > MAX_PATH_OCTETS) {
    return refused(
      `the control socket's path has ${octets} octets, and Linux allows ${MAX_PATH_OCTETS}; choose a shorter one: ${text}`,
    )
  }
  return ok(text)
}
