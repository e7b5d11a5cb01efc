import { readFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem } from 'node:os'

/** Where and when it was measured. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  /** Octets. */
  readonly memory: number
  readonly kernel: string
  readonly system: string
  readonly node: string
  readonly at: string
}

export function describeMachine(): Machine {
  const all = cpus()
  return {
    cpu: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memory: totalmem(),
    kernel: release(),
    system: /^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'Linux',
    node: process.version,
    at: new Date().toISOString(),
  }
}

/** Processes that wanted a CPU, on average over the last minute. */
export function load(): number {
  return loadavg()[0] ?? 0
}

/** Octets that a speaker may take without the machine running out. */
export function memoryToSpare(): number {
  const available = /^MemAvailable:\s*(\d+) kB/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]
  return Number(available ?? 0) * 1024 * 0.7
}
