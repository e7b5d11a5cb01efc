import { resolve } from 'node:path'
import { loading } from '../../config/load.js'
import { formatProblem } from '../../config/problem.js'
import { finish } from '../../net/steps.js'
import { systemClock } from '../clock.js'
import { ApiError } from '../control/api/answer.js'
import { hostEnvironment } from '../host-environment.js'
import { createLog, type Log } from '../log.js'
import { sendUnixDatagram } from '../os/unix-datagram.js'
import { readVersion } from '../version.js'
import type { Daemon } from './daemon.js'
import { expectShortLives } from './garbage.js'
import type { Reloader } from './reload.js'
import { type ServiceManager, serviceManager } from './service-manager.js'
import { startDaemon } from './start.js'
import { runUnprivileged } from './unprivileged.js'
import { realWorld } from './world.js'

export interface RunOptions {
  readonly configFile: string
  /** Whom root becomes; undefined: nobody else. */
  readonly user: string | undefined
}

/** `herald run`: until a signal ends it. Answers the exit code. */
export async function runDaemon(options: RunOptions): Promise<number> {
  expectShortLives()
  const configFile = resolve(options.configFile)
  const load = () => loading(configFile, hostEnvironment())
  const loaded = finish(load())
  if (!loaded.ok) {
    for (const problem of loaded.problems) process.stderr.write(`${formatProblem(problem)}\n`)
    return 1
  }
  const { settings } = loaded
  if (options.user !== undefined) {
    // Read again as that user: a file that only root may read would fail at the next reload.
    const unprivileged = runUnprivileged(options.user, settings.control)
    if (!unprivileged.ok) return fail(unprivileged.because)
  }
  const log = createLog(settings.log.level, { readable: process.stdout.isTTY })
  log.info(
    { version: readVersion(), nodeVersion: process.version, pid: process.pid, configFile },
    'herald starts',
  )
  for (const warning of loaded.warnings) log.warn({ problem: formatProblem(warning) }, 'configuration')
  const started = await startDaemon(settings, { configFile, load, world: realWorld(), log })
  if (!started.ok) return fail(started.because)
  const running = started.value
  const manager = thisServiceManager(log)
  const unfollow = running.daemon.follow(() => manager.status(statusLine(running.daemon)))
  manager.status(statusLine(running.daemon))
  manager.ready()
  await untilStopped(running.reloader, manager, log)
  unfollow()
  manager.stopping()
  await running.stop()
  manager.close()
  log.info('herald has stopped')
  return 0
}

function thisServiceManager(log: Log): ServiceManager {
  return serviceManager({
    environment: process.env,
    pid: process.pid,
    clock: systemClock,
    send: (path, text) => sendUnixDatagram(path, text)?.text,
    // Linux counts it from CLOCK_MONOTONIC.
    monotonicMicroseconds: () => process.hrtime.bigint() / 1000n,
    onFailure: (problem) => log.warn({ problem }, 'the service manager is not told'),
  })
}

function statusLine({ speaker }: Daemon): string {
  const { peers } = speaker
  const up = peers.filter(({ record }) => record.state === 'established').length
  return `${up} of ${peers.length} peers established`
}

/** SIGHUP reloads; the first SIGTERM or SIGINT ends the wait, a second one ends the process where it stands. */
function untilStopped(reloader: Reloader, manager: ServiceManager, log: Log): Promise<void> {
  const reload = async () => {
    manager.reloading()
    try {
      await reloader.reload({})
    } catch (error) {
      // A refusal is in the log already, with every problem.
      if (!(error instanceof ApiError)) throw error
    }
    manager.ready()
  }
  process.on('SIGHUP', () => void reload())
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
