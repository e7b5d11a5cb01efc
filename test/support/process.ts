import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/** A process that runs until it is told to stop, in a process group of its own so that its children go with it. */
export interface Running {
  readonly pid: number
  readonly alive: () => boolean
  readonly stdout: () => string
  /** Standard output and standard error, interleaved as they came. */
  readonly output: () => string
  readonly signal: (signal: NodeJS.Signals) => void
  /** Resolves with the exit status, or the signal's name, when the process has ended. */
  readonly ended: Promise<number | NodeJS.Signals>
  /** SIGTERM, then SIGKILL after a grace period; resolves when the process has ended. */
  readonly stop: (graceSeconds?: number) => Promise<void>
}

export function start(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const [file, ...args] = argv
  if (file === undefined) throw new Error('an empty command')
  const child = spawn(file, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  const { pid } = child
  const chunks: Buffer[] = []
  const stdout: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    stdout.push(chunk)
  })
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
  const ended = exit(child)
  const alive = (): boolean => child.exitCode === null && child.signalCode === null
  const signal = (name: NodeJS.Signals): void => {
    if (pid === undefined || !alive()) return
    try {
      process.kill(-pid, name)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
    }
  }
  return {
    pid: pid ?? -1,
    alive,
    signal,
    ended,
    stdout: () => Buffer.concat(stdout).toString('utf8'),
    output: () => Buffer.concat(chunks).toString('utf8'),
    stop: async (graceSeconds = 5) => {
      if (!alive()) return
      signal('SIGTERM')
      const timer = setTimeout(() => signal('SIGKILL'), graceSeconds * 1000)
      await ended
      clearTimeout(timer)
    },
  }
}

async function exit(child: ChildProcess): Promise<number | NodeJS.Signals> {
  try {
    await once(child, 'exit')
  } catch {
    // 'error' instead of 'exit': the file could not be started.
    return 127
  }
  return child.exitCode ?? child.signalCode ?? -1
}
