/** CPU time and memory of a speaker with all its processes, those that have ended included: a control group knows. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const stem = 'herald-bench'
const KIBI = 1024

export interface Usage {
  readonly cpuSeconds: number
  /** Peak resident memory, summed over processes; octets. */
  readonly peakMemory: number
}

export class ProcessGroup {
  readonly #folder: string
  #peakMemory = 0

  constructor(label: string) {
    this.#folder = join(controlGroups(), `${stem}-${process.pid}-${label}`)
    mkdirSync(this.#folder)
  }

  /** The same command, begun inside the group. */
  inside(argv: readonly string[]): readonly string[] {
    return ['sh', '-c', `echo $$ >${this.#folder}/cgroup.procs && exec "$@"`, 'sh', ...argv]
  }

  /** Octets that the living processes hold now; also keeps the peak up to date. */
  sample(): number {
    let [now, peak] = [0, 0]
    for (const pid of this.#pids()) {
      const status = statusOf(pid)
      now += kibibytes(status, 'VmRSS')
      peak += kibibytes(status, 'VmHWM')
    }
    this.#peakMemory = Math.max(this.#peakMemory, peak * KIBI)
    return now * KIBI
  }

  usage(): Usage {
    this.sample()
    const microseconds = /^usage_usec (\d+)$/m.exec(readFileSync(join(this.#folder, 'cpu.stat'), 'utf8'))?.[1]
    return { cpuSeconds: Number(microseconds ?? 0) / 1e6, peakMemory: this.#peakMemory }
  }

  /** Ends every process of the group, and the group. */
  async remove(): Promise<void> {
    for (const pid of this.#pids()) kill(pid)
    await removeGroup(this.#folder)
  }

  #pids(): readonly number[] {
    return pidsIn(this.#folder)
  }
}

/** Removes the groups of runs that were killed. */
export async function sweepGroups(): Promise<void> {
  for (const name of readdirSync(controlGroups())) {
    const owner = new RegExp(`^${stem}-(\\d+)-`).exec(name)?.[1]
    if (owner === undefined || existsSync(`/proc/${owner}`)) continue
    const folder = join(controlGroups(), name)
    for (const pid of pidsIn(folder)) kill(pid)
    await removeGroup(folder)
  }
}

/** None, when the group is gone. */
function pidsIn(group: string): readonly number[] {
  const file = join(group, 'cgroup.procs')
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean).map(Number) : []
}

/** A group is busy for as long as the kernel tidies up after its last process: seconds, where that held gigabytes. */
async function removeGroup(folder: string): Promise<void> {
  for (const deadline = performance.now() + 30_000; ; ) {
    try {
      rmdirSync(folder)
      return
    } catch (error) {
      if (performance.now() > deadline) throw error
      await sleep(50)
    }
  }
}

/** Where cgroup v2 is mounted: alone, or beside v1. */
function controlGroups(): string {
  const mount = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .find(([, , type]) => type === 'cgroup2')?.[1]
  if (mount === undefined)
    throw new Error('control groups (cgroup v2) are not mounted: nothing else counts CPU exactly')
  return mount
}

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch {
    // It has just ended.
    return ''
  }
}

function kibibytes(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(status)?.[1] ?? 0)
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has just ended.
  }
}
