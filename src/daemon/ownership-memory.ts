import type { AddressState } from '../../arp/segment/address-state.js'
import type { Cancel, Clock } from '../../net/clock.js'
import type { Ip } from '../../net/ip.js'
import type { OwnedAddresses } from '../state/owned-addresses.js'

/** How often what is owned is written again: a crash is known to this precision. */
const REFRESH_MS = 30_000
/** How long after a change: a take-over changes many addresses. */
const SETTLE_MS = 200
/** How long after a start, or after coming back into service, addresses of before need not be probed. */
const TRUST_MS = 10_000
/** How long an address is known to be free that this node gave away and nobody took. */
const AWAY_MS = 90_000

/** Keeps the file of owned addresses true while herald runs. */
export class OwnershipMemory {
  readonly #owned: OwnedAddresses
  readonly #clock: Clock
  readonly #warn: (problem: string) => void
  readonly #addresses = new Set<Ip>()
  #cancel: Cancel | undefined
  #trusted: { readonly addresses: readonly Ip[]; readonly until: number } | undefined
  #stopped = false
  /** What was warned of last: a disk that stays full is told of once. */
  #problem: string | undefined

  constructor(owned: OwnedAddresses, clock: Clock, warn: (problem: string) => void) {
    this.#owned = owned
    this.#clock = clock
    this.#warn = warn
  }

  /** What this node answered for until a moment ago. */
  get heldBefore(): readonly Ip[] {
    const trusted = this.#trusted
    return trusted === undefined || this.#clock.now() > trusted.until ? [] : trusted.addresses
  }

  start(): void {
    if (this.#owned.problem !== undefined) this.#warn(this.#owned.problem)
    this.#trust(this.#owned.before, TRUST_MS)
  }

  /** Before everything is given away. */
  leave(): void {
    this.#trust([...this.#addresses], AWAY_MS)
  }

  comeBack(): void {
    this.#trust(this.heldBefore, TRUST_MS)
  }

  changed(address: Ip, to: AddressState): void {
    if (this.#stopped) return
    if (to === 'owner') this.#addresses.add(address)
    else if (!this.#addresses.delete(address)) return
    this.#writeAfter(SETTLE_MS)
  }

  /** Before everything is given away: what nobody takes then need not be probed by the next life. */
  stop(): void {
    this.#stopped = true
    this.#cancel?.()
    this.#write()
  }

  #trust(addresses: readonly Ip[], ms: number): void {
    this.#trusted = { addresses, until: this.#clock.now() + ms }
  }

  #writeAfter(ms: number): void {
    this.#cancel?.()
    this.#cancel = this.#clock.after(ms, () => {
      this.#write()
      if (this.#addresses.size > 0) this.#writeAfter(REFRESH_MS)
    })
  }

  #write(): void {
    const written = this.#owned.write([...this.#addresses])
    const problem = written.ok ? undefined : written.because
    if (problem !== undefined && problem !== this.#problem) this.#warn(problem)
    this.#problem = problem
  }
}
