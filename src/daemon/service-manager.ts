import type { Cancel, Clock } from '../../net/clock.js'

/** What a service manager is told: systemd's protocol, sd_notify(3), as `Type=notify` has it. */
export interface ServiceManager {
  /** Started, or done reloading. */
  ready(): void
  reloading(): void
  stopping(): void
  /** One line for `systemctl status`. */
  status(text: string): void
  /** Ends the signs of life. */
  close(): void
}

export interface ServiceManagerOptions {
  /** NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID are read, and removed: health checks must not inherit them. */
  readonly environment: Record<string, string | undefined>
  readonly pid: number
  readonly clock: Clock
  /** One datagram; answers what is wrong, in words. */
  readonly send: (path: string, text: string) => string | undefined
  /** CLOCK_MONOTONIC in microseconds, which is not the origin of `clock`. */
  readonly monotonicMicroseconds: () => bigint
  /** Told once: what cannot be sent now will not be sent later. */
  readonly onFailure: (problem: string) => void
}

const silent: ServiceManager = {
  ready() {},
  reloading() {},
  stopping() {},
  status() {},
  close() {},
}

/** Does nothing where nobody waits to be told (`NOTIFY_SOCKET` is not set). */
export function serviceManager({
  environment,
  pid,
  clock,
  send,
  monotonicMicroseconds,
  onFailure,
}: ServiceManagerOptions): ServiceManager {
  const path = take(environment, 'NOTIFY_SOCKET')
  const watchdogMs = watchdogOf(take(environment, 'WATCHDOG_USEC'), take(environment, 'WATCHDOG_PID'), pid)
  if (path === undefined) return silent

  let failed = false
  const tell = (...lines: readonly string[]) => {
    const problem = send(path, lines.join('\n'))
    if (problem === undefined || failed) return
    failed = true
    onFailure(`${path}: ${problem}`)
  }

  let next: Cancel = () => {}
  const alive = () => {
    tell('WATCHDOG=1')
    // Half the time that is given, as sd_watchdog_enabled(3) asks; from the event loop, whose life it is a sign of.
    if (watchdogMs !== undefined) next = clock.after(watchdogMs / 2, alive)
  }
  let shown: string | undefined
  return {
    ready: () => {
      tell('READY=1')
      next()
      if (watchdogMs !== undefined) alive()
    },
    reloading: () => tell('RELOADING=1', `MONOTONIC_USEC=${monotonicMicroseconds()}`),
    stopping: () => tell('STOPPING=1'),
    status: (text) => {
      if (text === shown) return
      shown = text
      tell(`STATUS=${text.replaceAll('\n', ' ')}`)
    },
    close: () => next(),
  }
}

function take(environment: Record<string, string | undefined>, name: string): string | undefined {
  const value = environment[name]
  delete environment[name]
  return value === '' ? undefined : value
}

/** WATCHDOG_PID names the process that is watched; it may be another one's leftover. */
function watchdogOf(
  microseconds: string | undefined,
  watched: string | undefined,
  pid: number,
): number | undefined {
  if (microseconds === undefined || (watched !== undefined && watched !== String(pid))) return undefined
  const ms = Number(microseconds) / 1000
  return Number.isFinite(ms) && ms > 0 ? ms : undefined
}
