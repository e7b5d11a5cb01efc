import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { attempt } from '../../test/support/command.js'

/** What a command prints about its version; undefined where it is not installed. */
export async function versionOf(argv: readonly string[], pattern: RegExp): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await attempt(argv)
    return pattern.exec(stdout + stderr)?.[1]
  } catch {
    return undefined
  }
}

/** Writes a large file piece by piece. */
export async function writePieces(file: string, pieces: Iterable<string | Uint8Array>): Promise<void> {
  const stream = createWriteStream(file)
  for (const piece of pieces) if (!stream.write(piece)) await once(stream, 'drain')
  stream.end()
  await once(stream, 'finish')
}

/**
 * Tries until it works: a daemon that starts up does not answer yet. Never more often than each tenth of the time that
 * has passed, because asking costs the daemon too. @throws the last error, after two minutes
 */
export async function untilItWorks(work: () => Promise<unknown>): Promise<void> {
  const began = performance.now()
  for (;;) {
    try {
      await work()
      return
    } catch (error) {
      const passed = performance.now() - began
      if (passed > 120_000) throw error
      await sleep(Math.max(10, passed / 10))
    }
  }
}
