import type { Cancel, Clock } from '../../net/clock.js'
import type { Ip } from '../../net/ip.js'
import { Announcer, type Asker, type Due } from '../address/announcer.js'

export interface AnnouncementServices {
  readonly clock: Clock
  random(): number
  send(due: Due): void
}

/** Runs the announcer of one link: what is due leaves at once, the rest when its time comes. */
export class Announcements {
  readonly #services: AnnouncementServices
  readonly #announcer = new Announcer()
  #wake: Cancel | undefined

  constructor(services: AnnouncementServices) {
    this.#services = services
  }

  begin(ip: Ip): void {
    this.#announcer.announce(ip, this.#now())
    this.#advance()
  }

  tell(ip: Ip, askers: readonly Asker[]): void {
    this.#announcer.tell(ip, askers, this.#now())
    this.#advance()
  }

  again(ip: Ip, askers: readonly Asker[]): void {
    this.#announcer.reannounce(ip, askers, this.#now())
    this.#advance()
  }

  /** All schedules from their start: the link's MAC address is another. */
  restart(): void {
    this.#announcer.restart(this.#now())
    this.#advance()
  }

  end(ip: Ip): void {
    this.#announcer.withdraw(ip)
    if (this.#announcer.isIdle) this.#wake?.()
  }

  #now(): number {
    return this.#services.clock.now()
  }

  #advance(): void {
    this.#wake?.()
    const { send, wakeAt } = this.#announcer.advance(this.#now(), this.#services.random)
    for (const due of send) this.#services.send(due)
    if (wakeAt === undefined) return
    this.#wake = this.#services.clock.after(Math.max(0, wakeAt - this.#now()), () => this.#advance())
  }
}
