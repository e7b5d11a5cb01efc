import { type ChildProcess, spawn } from 'node:child_process'
import type { ExecProbe } from '../../config/health-check.js'
import type { Clock } from '../../net/clock.js'
import { failureText } from './failure-text.js'
import { failed, type Outcome, type ProbeContext, passed } from './probe.js'
import { Tail } from './tail.js'

/** Milliseconds that output has to arrive in after the exit; only a descendant that hides holds the pipes longer. */
const LAST_WORDS_MS = 200

/**
 * Runs a command in a process group of its own, without a shell and without input; exit status 0 passes. Whatever it
 * leaves behind in its group ends with it. See StartProbe.
 */
export function execProbe(
  { argv }: ExecProbe,
  { announcement, verdict }: ProbeContext,
  done: (outcome: Outcome) => void,
  clock: Clock,
): () => void {
  const [command, ...args] = argv
  const env = { ...process.env, HERALD_ANNOUNCEMENT: announcement, HERALD_HEALTH: verdict }
  const cannotStart = (error: NodeJS.ErrnoException) => failed(failureText(error, command))
  let child: ReturnType<typeof launch>
  try {
    child = launch(command, args, env)
  } catch (error) {
    // Too long a list of arguments, no memory: node throws what it cannot blame on the file.
    queueMicrotask(() => done(cannotStart(error as NodeJS.ErrnoException)))
    return () => undefined
  }
  const output = new Tail()
  child.stdout.on('data', (chunk: Buffer) => output.add(chunk))
  child.stderr.on('data', (chunk: Buffer) => output.add(chunk))
  let cancelWait = () => {}
  let open = true
  const finish = (outcome: Outcome) => {
    if (!open) return
    open = false
    cancelWait()
    child.stdout.destroy()
    child.stderr.destroy()
    done(outcome)
  }
  child.once('error', (error) => finish(cannotStart(error)))
  child.once('exit', () => {
    killGroup(child)
    cancelWait = clock.after(LAST_WORDS_MS, () => finish(outcomeOf(child, output)))
  })
  child.once('close', () => finish(outcomeOf(child, output)))
  return () => killGroup(child)
}

function launch(command: string, args: readonly string[], env: NodeJS.ProcessEnv) {
  return spawn(command, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env })
}

function outcomeOf({ exitCode, signalCode }: ChildProcess, { lastLine }: Tail): Outcome {
  if (exitCode === 0) return passed(lastLine || 'exit status 0')
  const how = exitCode === null ? `killed by ${signalCode}` : `exit status ${exitCode}`
  return failed(lastLine === '' ? how : `${how}: ${lastLine}`)
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // The group is empty, or belongs to another user by now: nothing of it is ours to end.
  }
}
