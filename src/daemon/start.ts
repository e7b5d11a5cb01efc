import type { Loaded } from '../../config/load.js'
import type { Settings } from '../../config/settings.js'
import { ok, type Result, refused } from '../../net/result.js'
import type { Steps } from '../../net/steps.js'
import { startControlServer } from '../control/server.js'
import { SocketFileError } from '../control/socket-file.js'
import type { Log } from '../log.js'
import { farewell } from '../speaker/farewell.js'
import { readVersion } from '../version.js'
import { Daemon } from './daemon.js'
import { Reloader } from './reload.js'
import { controlService } from './service.js'
import { webSource } from './web-source.js'
import type { World } from './world.js'

/** The daemon with its control socket: what `herald run` and `herald lab` start alike. */
export interface RunningDaemon {
  readonly daemon: Daemon
  readonly reloader: Reloader
  /** Ends every session, then the API; resolves when the peers have taken that, or had the time to. */
  stop(): Promise<void>
}

export interface DaemonOptions {
  /** As status shows it. */
  readonly configFile: string
  /** Reads it anew, for a reload. */
  readonly load: () => Steps<Loaded>
  readonly world: World
  readonly log: Log
}

/** Refused, in words with the remedy, when the settings or the control socket cannot be had on this host. */
export async function startDaemon(
  settings: Settings,
  { configFile, load, world, log }: DaemonOptions,
): Promise<Result<RunningDaemon>> {
  const startedAt = world.wallTime()
  const start = world.clock.now()
  const created = Daemon.create(settings, world, log)
  if (!created.ok) return created
  const daemon = created.value
  const reloader = new Reloader(daemon, load, world)
  const service = controlService(daemon, reloader, {
    version: readVersion(),
    configFile,
    startedAt,
    uptimeSeconds: () => Math.floor((world.clock.now() - start) / 1000),
  })
  daemon.web.show(webSource(daemon, service))
  // Its clients are answered from the moment that the socket is there.
  daemon.restore()
  let server: Awaited<ReturnType<typeof startControlServer>>
  try {
    server = await startControlServer(service, {
      socket: settings.control.socket,
      onError: (error, request) => log.error({ err: error, request }, 'API request failed'),
    })
  } catch (error) {
    if (error instanceof SocketFileError) return refused(error.message)
    throw error
  }
  const started = daemon.start()
  if (!started.ok) {
    await server.close()
    return started
  }
  return ok({
    daemon,
    reloader,
    stop: async () => {
      reloader.stop()
      daemon.stop()
      await Promise.all([farewell(daemon.speaker, world.clock), daemon.lan.stop()])
      await server.close()
    },
  })
}
