import { join } from 'node:path'
import type { Test } from 'tap'
import type { MonitorEvent } from '../../src/control/api/monitor.js'
import type { ControlService } from '../../src/control/service.js'
import { Daemon } from '../../src/daemon/daemon.js'
import { Reloader } from '../../src/daemon/reload.js'
import { controlService } from '../../src/daemon/service.js'
import type { World } from '../../src/daemon/world.js'
import { createLog } from '../../src/log.js'
import { type Files, loading, settingsOf } from './config.js'
import type { MemoryWorld } from './memory-world.js'

/** The daemon without sockets: its file is a string, its log a list. */
export interface TestDaemon {
  readonly daemon: Daemon
  readonly reloader: Reloader
  readonly service: ControlService
  /** Lines of the log, oldest first. */
  log(): readonly Readonly<Record<string, unknown>>[]
  /** What `herald monitor` would have shown. */
  readonly events: readonly MonitorEvent[]
  /** Writes the file anew; nothing happens until a reload. */
  write(yaml: string): void
}

export interface TestDaemonOptions {
  readonly yaml: string
  /** Of the state; a daemon that is to be a restart of another has the same. */
  readonly directory: string
  readonly files?: Files
  /** What this host has otherwise than the memory world gives it. */
  readonly host?: Partial<World>
}

/** @throws when the daemon refuses to start */
export function testDaemon(world: MemoryWorld, address: string, options: TestDaemonOptions): TestDaemon {
  const { yaml, directory, files, host } = options
  const lines: string[] = []
  const log = createLog('debug', { readable: false, out: { write: (line) => lines.push(line) } })
  let file = withState(yaml, directory)
  const hostWorld = { ...world.at(address), ...host }
  const created = Daemon.create(settingsOf(file, files), hostWorld, log)
  if (!created.ok) throw new Error(created.because)
  const daemon = created.value
  const events: MonitorEvent[] = []
  daemon.follow((event) => events.push(event))
  const reloader = new Reloader(daemon, () => loading(file, files), hostWorld)
  const startedAt = hostWorld.wallTime()
  const service = controlService(daemon, reloader, {
    version: '0.0.0',
    configFile: '/etc/herald/herald.yaml',
    startedAt,
    uptimeSeconds: () => Math.floor(world.clock.now() / 1000),
  })
  const started = daemon.start()
  if (!started.ok) throw new Error(started.because)
  return {
    ...{ daemon, reloader, service, events },
    log: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    write: (next) => {
      file = withState(next, directory)
    },
  }
}

function withState(yaml: string, directory: string): string {
  return `${yaml.trimEnd()}\ncontrol: { stateDirectory: ${JSON.stringify(directory)} }\n`
}

/** A directory for state that is there no more after the test. */
export function stateDirectory(t: Test): string {
  return join(t.testdir(), 'state')
}
