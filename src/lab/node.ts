import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loading } from '../../config/load.js'
import { formatProblem } from '../../config/problem.js'
import { finish } from '../../net/steps.js'
import { CommandFailed } from '../cli/errors.js'
import type { MonitorEvent } from '../control/api/monitor.js'
import { type ControlClient, controlClient } from '../control/client.js'
import { startDaemon } from '../daemon/start.js'
import type { World } from '../daemon/world.js'
import { hostEnvironment } from '../host-environment.js'
import { createFileLog } from '../log.js'
import { nodeConfiguration } from './configuration.js'
import type { LabRouter } from './router.js'

/** The files of the node: what `herald run` would be given, and what it would leave. */
export interface NodeFiles {
  readonly configFile: string
  readonly socket: string
  readonly logFile: string
  /** Writes the configuration, anew for a reload; answers its text. */
  configure(communities: readonly string[]): string
}

export interface LabNode {
  /** The daemon as the CLI sees it. */
  readonly client: ControlClient
  /** What `herald monitor` would have shown since the start, oldest first. */
  readonly events: readonly MonitorEvent[]
  stop(): Promise<void>
}

export function nodeFiles(folder: string, router: LabRouter): NodeFiles {
  const configFile = join(folder, 'herald.yaml')
  const socket = join(folder, 'herald.sock')
  return {
    configFile,
    socket,
    logFile: join(folder, 'herald.log'),
    configure: (communities) => {
      const stateDirectory = join(folder, 'state')
      const text = nodeConfiguration({ router, communities, socket, stateDirectory })
      writeFileSync(configFile, text)
      return text
    },
  }
}

/** The daemon that `herald run` starts, from the file, in this process. @throws CommandFailed */
export async function startNode({ configFile, socket, logFile }: NodeFiles, world: World): Promise<LabNode> {
  const load = () => loading(configFile, hostEnvironment())
  const loaded = finish(load())
  if (!loaded.ok) throw new CommandFailed(loaded.problems.map(formatProblem).join('; '))
  const log = createFileLog(loaded.settings.log.level, logFile)
  const events: MonitorEvent[] = []
  const started = await startDaemon(loaded.settings, { configFile, load, world, log })
  if (!started.ok) throw new CommandFailed(started.because)
  const { daemon, stop } = started.value
  daemon.follow((event) => events.push(event))
  return { client: controlClient(socket), events, stop }
}
