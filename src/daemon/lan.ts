import type { AddressState } from '../../arp/segment/address-state.js'
import type { Announcement, L2Settings as L2Section, Settings } from '../../config/settings.js'
import type { Clock } from '../../net/clock.js'
import type { Ip } from '../../net/ip.js'
import { ok, type Result } from '../../net/result.js'
import type { TermsChange } from '../announcements/board.js'
import { LanBoard } from '../announcements/lan-board.js'
import type { L2Engine, StartL2 } from '../l2/engine.js'
import type { L2Event } from '../l2/event.js'
import type { AskerReport, L2Report } from '../l2/report.js'
import type { OwnershipMemory } from './ownership-memory.js'

/** How long a daemon that stops waits for another node to take its addresses. */
const HAND_OVER_MS = 3000

export interface LanServices {
  readonly startL2: StartL2
  readonly clock: Clock
  readonly memory: OwnershipMemory
  onEvent(event: L2Event): void
}

const nothing: L2Report = { addresses: [], interfaces: [] }

/**
 * What this node answers for on the LAN: the addresses that announcements want, as long as the node is in service.
 * Nothing of it touches BGP, nor the other way round.
 */
export class Lan {
  readonly board = new LanBoard()
  readonly #services: LanServices
  #engine: L2Engine | undefined
  #section: L2Section | undefined
  #inService = true
  /** What was told of each address last. */
  readonly #states = new Map<Ip, AddressState>()

  constructor(services: LanServices) {
    this.#services = services
  }

  /** Whether the settings have L2. */
  get configured(): boolean {
    return this.#section !== undefined
  }

  /** How many addresses are wanted here, and how many of them are in each state. */
  get states(): ReadonlyMap<AddressState, number> {
    const counts = new Map<AddressState, number>()
    for (const { address } of this.board.addresses) {
      const state = this.#states.get(address) ?? 'nowhere'
      counts.set(state, (counts.get(state) ?? 0) + 1)
    }
    return counts
  }

  /**
   * Takes the section of new settings. Addresses change with the next declaration, so that none moves in between.
   * Refused where this host does not let the engine run; then nothing has changed.
   */
  apply({ l2 }: Settings): Result<void> {
    if (l2 !== undefined && this.#engine === undefined) {
      this.#services.memory.start()
      const started = this.#services.startL2((event) => this.#onEvent(event))
      if (!started.ok) return started
      this.#engine = started.value
    }
    this.#section = l2
    if (l2 === undefined) {
      this.#states.clear()
      void this.#engine?.handOver()
    }
    return ok(undefined)
  }

  /** What the file wants, and what its health checks hold back. */
  declare(announcements: readonly Announcement[], heldBack: readonly Announcement[]): void {
    this.board.declare(announcements, heldBack)
    this.#configure()
  }

  /** What is different of what was announced at run time. */
  change(changes: readonly TermsChange[]): void {
    this.board.change(changes)
    if (changes.some(({ terms }) => terms.via.includes('l2'))) this.#configure()
  }

  /** Out of service: every address is handed over. Resolves when that is done. */
  async leave(): Promise<void> {
    this.#inService = false
    this.#services.memory.leave()
    await this.#engine?.handOver()
  }

  comeBack(): void {
    this.#inService = true
    this.#services.memory.comeBack()
    this.#configure()
  }

  report(): Promise<L2Report> {
    return this.#engine?.report() ?? Promise.resolve(nothing)
  }

  askers(address?: Ip): Promise<readonly AskerReport[]> {
    return this.#engine?.askers(address) ?? Promise.resolve([])
  }

  /** Hands over what another node takes in time, and ends. */
  async stop(): Promise<void> {
    const engine = this.#engine
    this.#engine = undefined
    if (engine === undefined) return
    this.#services.memory.stop()
    await within(HAND_OVER_MS, engine.handOver(), this.#services.clock)
    await engine.stop()
  }

  #configure(): void {
    if (this.#section === undefined || !this.#inService) return
    const groups = this.board.served(this.#section)
    const { heldBefore } = this.#services.memory
    this.#engine?.configure({ ...this.#section, groups, heldBefore })
  }

  #onEvent(event: L2Event): void {
    if (event.kind === 'ownership') {
      this.#states.set(event.address, event.to)
      this.#services.memory.changed(event.address, event.to)
    }
    this.#services.onEvent(event)
  }
}

function within(ms: number, work: Promise<void>, clock: Clock): Promise<void> {
  return new Promise((done) => {
    const cancel = clock.after(ms, done)
    void work.then(() => {
      cancel()
      done()
    })
  })
}
