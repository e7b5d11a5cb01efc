import { Heap } from '../../net/heap.js'
import type { Ip } from '../../net/ip.js'
import type { Mac } from '../../net/mac.js'
import { distance, scheduleOf, unicastSchedule } from './schedule.js'

/** One announcement to send now. */
export type Due =
  | { readonly to: 'everybody'; readonly ip: Ip }
  | { readonly to: 'asker'; readonly ip: Ip; readonly asker: Asker }

export interface Asker {
  readonly ip: Ip
  readonly mac: Mac
}

interface Planned {
  readonly due: Due
  readonly startedAt: number
  sent: number
  at: number
  /** Of what is due at the same time, that which was planned first goes first. */
  order: number
  withdrawn: boolean
  /** Wanted again since it was last sent. */
  again: boolean
  /** When it was said again, or will be: as many of the last times as its schedule is long. */
  repeats: readonly number[]
}

type Start = Pick<Planned, 'at' | 'startedAt' | 'again' | 'repeats'>

export interface Advanced {
  /** In the order to send. */
  readonly send: readonly Due[]
  /** When to advance next; undefined: when something new is announced. */
  readonly wakeAt: number | undefined
}

/** At most so many announcements leave within so many milliseconds: a few at once, many at 6400 a second. */
export const pacing = { burst: 32, window: 5 } as const

/**
 * Milliseconds in which askers are not told anew, and in which an address is said again as often as its schedule is long:
 * a partition heard one way must not become a storm.
 */
export const restartInterval = 1000

/** What is withdrawn stays in its queue until its time comes, unless there is more of it than of what is not, and than this. */
const mostWithdrawn = 1024

/**
 * What is still to be announced on one link; times are monotonic milliseconds, from the same origin in every call.
 * Mutable, and in queues: a node that takes thousands of addresses over, with dozens of askers each, must not stand still
 * over the order of what it has to say.
 */
export class Announcer {
  readonly #everybody = new Map<Ip, Planned>()
  readonly #askers = new Map<Ip, Set<Planned>>()
  /** Everybody first: one broadcast reaches more than all askers; within that, who has waited longest. */
  #queues: readonly [everybody: Heap<Planned>, askers: Heap<Planned>] = [queue(), queue()]
  #withdrawn = 0
  #order = 0
  /** How many announcements have left since when: switches that limit broadcasts would drop a flood. */
  #window = { startedAt: Number.NEGATIVE_INFINITY, sent: 0 }

  /** Whether nothing is left to be said. */
  get isIdle(): boolean {
    return this.#everybody.size === 0
  }

  /** Starts the schedule of an address that is ours from now on. */
  announce(ip: Ip, now: number): void {
    this.withdraw(ip)
    this.#planForEverybody({ due: { to: 'everybody', ip }, sent: 0, ...fresh(now) })
  }

  /** Tells these in person of an address that is announced; whoever was to be told before is forgotten. */
  tell(ip: Ip, askers: readonly Asker[], now: number): void {
    if (!this.#everybody.has(ip)) return
    for (const planned of this.#askers.get(ip) ?? []) this.#drop(planned)
    this.#planForAskers(ip, askers, fresh(now))
  }

  /**
   * Says again what somebody else contradicted, from the schedule's start: now, or as soon as that is no storm. What is
   * said last must be said after the last contradiction, or caches stay wrong.
   */
  reannounce(ip: Ip, askers: readonly Asker[], now: number): void {
    const current = this.#everybody.get(ip)
    if (current === undefined || current.again) return
    const most = scheduleOf(ip).takeover.length
    const { repeats } = current
    const at = Math.max(now, (repeats.at(-most) ?? Number.NEGATIVE_INFINITY) + restartInterval)
    const next = { at, again: true, repeats: [...repeats, at].slice(-most) }
    if (now - current.startedAt >= restartInterval) {
      this.withdraw(ip)
      const start = { ...next, startedAt: at }
      this.#planForEverybody({ due: { to: 'everybody', ip }, sent: 0, ...start })
      this.#planForAskers(ip, askers, start)
      return
    }
    this.#drop(current)
    this.#planForEverybody({ ...current, ...next, sent: 0 })
  }

  /** Starts every schedule anew: the link came up, or its MAC address changed, and nobody knows yet. */
  restart(now: number): void {
    for (const ip of [...this.#everybody.keys()]) {
      const askers = [...(this.#askers.get(ip) ?? [])].flatMap(({ due }) =>
        due.to === 'asker' ? [due.asker] : [],
      )
      this.announce(ip, now)
      this.tell(ip, askers, now)
    }
  }

  /** Nothing is ever sent on the way out: the next owner announces. */
  withdraw(ip: Ip): void {
    const current = this.#everybody.get(ip)
    if (current === undefined) return
    for (const planned of [current, ...(this.#askers.get(ip) ?? [])]) this.#drop(planned)
    this.#everybody.delete(ip)
    this.#askers.delete(ip)
    this.#sweep()
  }

  /** @param random uniform in [0, 1), asked once for each announcement */
  advance(now: number, random: () => number): Advanced {
    if (now - this.#window.startedAt >= pacing.window) this.#window = { startedAt: now, sent: 0 }
    const send: Due[] = []
    for (const queue of this.#queues) {
      for (let next = this.#firstOf(queue); next !== undefined; next = this.#firstOf(queue)) {
        if (next.at > now || this.#window.sent >= pacing.burst) break
        queue.pop()
        this.#window.sent++
        send.push(next.due)
        this.#planNext(next, now, random())
      }
    }
    return { send, wakeAt: this.#wakeAt() }
  }

  #planForAskers(ip: Ip, askers: readonly Asker[], start: Start): void {
    const told = askers.map((asker) => this.#plan({ ...start, sent: 0, due: { to: 'asker', ip, asker } }))
    this.#askers.set(ip, new Set(told))
  }

  #planNext(planned: Planned, now: number, random: number): void {
    const { due } = planned
    planned.sent++
    planned.again = false
    const schedule = due.to === 'everybody' ? scheduleOf(due.ip) : unicastSchedule
    const milliseconds = distance(schedule, planned.sent, random)
    if (milliseconds === undefined) {
      this.#askers.get(due.ip)?.delete(planned)
      return
    }
    planned.at = now + milliseconds
    this.#enqueue(planned)
  }

  #planForEverybody(wanted: Omit<Planned, 'order' | 'withdrawn'>): void {
    this.#everybody.set(wanted.due.ip, this.#plan(wanted))
  }

  #plan(wanted: Omit<Planned, 'order' | 'withdrawn'>): Planned {
    const planned = { ...wanted, order: 0, withdrawn: false }
    this.#enqueue(planned)
    return planned
  }

  #enqueue(planned: Planned): void {
    planned.order = ++this.#order
    const [everybody, askers] = this.#queues
    const queue = planned.due.to === 'everybody' ? everybody : askers
    queue.push(planned)
  }

  #drop(planned: Planned): void {
    planned.withdrawn = true
    this.#withdrawn++
  }

  #firstOf(queue: Heap<Planned>): Planned | undefined {
    while (queue.first?.withdrawn === true) {
      queue.pop()
      this.#withdrawn--
    }
    return queue.first
  }

  /** An address that comes and goes all the time must not fill the queues. */
  #sweep(): void {
    const [everybody, askers] = this.#queues
    if (this.#withdrawn <= mostWithdrawn || this.#withdrawn * 2 <= everybody.size + askers.size) return
    this.#queues = [queue(), queue()]
    this.#withdrawn = 0
    for (const planned of this.#everybody.values()) this.#enqueue(planned)
    for (const told of this.#askers.values()) for (const planned of told) this.#enqueue(planned)
  }

  #wakeAt(): number | undefined {
    const times = this.#queues.flatMap((queue) => this.#firstOf(queue)?.at ?? [])
    if (times.length === 0) return undefined
    const earliest = Math.min(...times)
    const { startedAt, sent } = this.#window
    return sent < pacing.burst ? earliest : Math.max(earliest, startedAt + pacing.window)
  }
}

function queue(): Heap<Planned> {
  return new Heap((a, b) => (a.at === b.at ? a.order < b.order : a.at < b.at))
}

function fresh(now: number): Start {
  return { at: now, startedAt: now, again: false, repeats: [] }
}
