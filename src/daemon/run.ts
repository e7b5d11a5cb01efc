import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { readDisk } from '../../config/files.js'
import { loadConfig } from '../../config/load.js'
import { formatProblem } from '../../config/problem.js'
import { ApiError } from '../control/api.js'
import { startControlServer } from '../control/server.js'
import { createLog, type Log } from '../log.js'
import { readVersion } from '../version.js'
import { Daemon } from './daemon.js'
import { Reloader } from './reload.js'
import { controlService } from './service.js'
import { realWorld } from './world.js'

/** Milliseconds that peers have for taking our last words. */
const FAREWELL_MS = 2000

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
  const world = realWorld()
  const startedAt = world.wallTime()
  const start = world.clock.now()
  const created = Daemon.create(settings, world, log)
  if (!created.ok) return fail(created.because)
  const daemon = created.value
  const reloader = new Reloader(daemon, load, world)
  const service = controlService(daemon, reloader, {
    version: readVersion(),
    configFile,
    startedAt,
    uptimeSeconds: () => Math.floor((world.clock.now() - start) / 1000),
  })
  let server: Awaited<ReturnType<typeof startControlServer>>
  try {
    server = await startControlServer(service, {
      socket: settings.control.socket,
      onError: (error, request) => log.error({ err: error, request }, 'API request failed'),
    })
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error))
  }
  const started = daemon.start()
  if (!started.ok) {
    await server.close()
    return fail(started.because)
  }
  await untilStopped(reloader, log)
  daemon.stop()
  await Promise.race([daemon.speaker.quiet(), pause(FAREWELL_MS)])
  await server.close()
  log.info('herald has stopped')
  return 0

  function pause(ms: number): Promise<void> {
    return new Promise((done) => {
      world.clock.after(ms, done)
    })
  }
}

/** SIGHUP reloads; the first SIGTERM or SIGINT ends the wait, a second one ends the process where it stands. */
function untilStopped(reloader: Reloader, log: Log): Promise<void> {
  process.on('SIGHUP', () => {
    try {
      const { changes, resets } = reloader.reload({})
      log.info({ changes: changes.map(({ text }) => text), resets }, 'reloaded')
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      log.error({ problem: error.message, problems: error.problems }, 'reload refused')
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
