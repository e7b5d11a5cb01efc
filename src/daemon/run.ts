import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { readDisk } from '../../config/files.js'
import { loadConfig } from '../../config/load.js'
import { formatProblem } from '../../config/problem.js'
import { ApiError } from '../control/api.js'
import { createLog, type Log } from '../log.js'
import { readVersion } from '../version.js'
import type { Reloader } from './reload.js'
import { startDaemon } from './start.js'
import { realWorld } from './world.js'

/** `herald run`: until a signal ends it. Answers the exit code. */
export async function runDaemon(options: { readonly configFile: string }): Promise<number> {
  const configFile = resolve(options.configFile)
  const load = () => loadConfig(configFile, { node: hostname(), readFile: readDisk })
  const loaded = load()
  if (!loaded.ok) {
    for (const problem of loaded.problems) process.stderr.write(`${formatProblem(problem)}\n`)
    return 1
  }
  const { settings } = loaded
  const log = createLog(settings.log.level, { readable: process.stdout.isTTY })
  log.info(
    { version: readVersion(), nodeVersion: process.version, pid: process.pid, configFile },
    'herald starts',
  )
  const started = await startDaemon(settings, { configFile, load, world: realWorld(), log })
  if (!started.ok) return fail(started.because)
  const running = started.value
  await untilStopped(running.reloader, log)
  await running.stop()
  log.info('herald has stopped')
  return 0
}

/** SIGHUP reloads; the first SIGTERM or SIGINT ends the wait, a second one ends the process where it stands. */
function untilStopped(reloader: Reloader, log: Log): Promise<void> {
  process.on('SIGHUP', () => {
    try {
      reloader.reload({})
    } catch (error) {
      // A refusal is in the log already, with every problem.
      if (!(error instanceof ApiError)) throw error
    }
  })
  return new Promise((done) => {
    const stop = (signal: string) => {
      log.info({ signal }, 'herald stops')
      process.once('SIGTERM', () => process.exit(1))
      process.once('SIGINT', () => process.exit(1))
      done()
    }
    process.once('SIGTERM', stop)
    process.once('SIGINT', stop)
  })
}

function fail(text: string): number {
  process.stderr.write(`herald: ${text}\n`)
  return 1
}
