import type { Cancel, Clock } from '../../net/clock.js'
import type { Ip } from '../../net/ip.js'
import {
  type Asker,
  advance,
  announce,
  type Due,
  idle,
  reannounce,
  restart,
  withdraw,
} from '../address/announcer.js'

export interface AnnouncementServices {
  readonly clock: Clock
  random(): number
  send(due: Due): void
}

/** Runs the announcer of one link: what is due leaves at once, the rest when its time comes. */
export class Announcements {
  readonly #services: AnnouncementServices
  #announcer = idle
  #wake: Cancel | undefined

  constructor(services: AnnouncementServices) {
    this.#services = services
  }

  begin(ip: Ip, askers: readonly Asker[]): void {
    this.#announcer = announce(this.#announcer, ip, askers, this.#now())
    this.#advance()
  }

  again(ip: Ip, askers: readonly Asker[]): void {
    this.#announcer = reannounce(this.#announcer, ip, askers, this.#now())
    this.#advance()
  }

  /** All schedules from their start: the link's MAC address is another. */
  restart(): void {
    this.#announcer = restart(this.#announcer, this.#now())
    this.#advance()
  }

  end(ip: Ip): void {
    this.#announcer = withdraw(this.#announcer, ip)
    if (this.#announcer.planned.length === 0) this.#wake?.()
  }

  #now(): number {
    return this.#services.clock.now()
  }

  #advance(): void {
    this.#wake?.()
    const { announcer, send, wakeAt } = advance(this.#announcer, this.#now(), this.#services.random)
    this.#announcer = announcer
    for (const due of send) this.#services.send(due)
    if (wakeAt === undefined) return
    this.#wake = this.#services.clock.after(Math.max(0, wakeAt - this.#now()), () => this.#advance())
  }
}
