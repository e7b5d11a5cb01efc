import { describeProblems } from '../../bgp/codec/attributes/problem.js'
import { endOfRibOf } from '../../bgp/codec/end-of-rib.js'
import type { ReceivedMessage } from '../../bgp/codec/message.js'
import type { ReceivedUpdate } from '../../bgp/codec/update.js'
import { type Family, familyOf } from '../../bgp/family.js'
import type { Ended } from '../../bgp/fsm/session.js'
import type { Negotiated } from '../../bgp/negotiated.js'
import type { PeerSettings } from '../../bgp/peer-settings.js'
import type { AdjRibIn } from '../../bgp/rib/adj-rib-in.js'
import type { Clock } from '../../net/clock.js'
import { formatSeconds } from '../../net/duration.js'
import { EstablishedSession, type SessionServices } from './established-session.js'
import type { PeerRecord } from './peer-record.js'
import { RetainedRoutes } from './retained-routes.js'
import type { Heard } from './route-change.js'
import type { Wire } from './wire.js'

/** Who is told of what the peer says of its routes. */
export interface RoutesFollower {
  /** Routes that were given up under RFC 7606, in words; `update` is the whole message in hex (§4). */
  malformed(text: string, update: string): void
  /** After the Adj-RIB-In has it. */
  heard(heard: Heard): void
  /** The peer has been away for longer than its restart time; what is kept of it, in words. */
  longLived(text: string): void
}

/** The routes of one peer, both ways: while it is Established, and what of its own outlives the session. */
export class PeerRoutes {
  readonly #record: PeerRecord
  readonly #services: SessionServices
  readonly #follower: RoutesFollower
  readonly #retained: RetainedRoutes
  #session: EstablishedSession | undefined

  constructor(
    record: PeerRecord,
    services: SessionServices & { readonly clock: Clock },
    follower: RoutesFollower,
  ) {
    this.#record = record
    this.#services = services
    this.#follower = follower
    this.#retained = new RetainedRoutes(services.clock, (family, seconds) => this.#longLived(family, seconds))
  }

  get session(): EstablishedSession | undefined {
    return this.#session
  }

  /** What the peer sent; of its last session, while it restarts. */
  get adjRibIn(): AdjRibIn | undefined {
    return this.#session?.adjRibIn ?? this.#retained.adjRibIn
  }

  open(wire: Wire, negotiated: Negotiated, settings: PeerSettings): void {
    const adjRibIn = this.#retained.resume(negotiated)
    this.#session = new EstablishedSession(wire, negotiated, adjRibIn, settings, this.#record, this.#services)
    this.#session.pump()
  }

  close(ended: Ended): void {
    if (this.#session === undefined) return
    this.#retained.keep(this.#session.negotiated, ended)
    this.#session.close()
    this.#session = undefined
  }

  /** What waits for a restarting peer is gone. */
  forget(): void {
    this.#retained.forget()
  }

  /** @param bytes the message as it came */
  deliver(message: ReceivedMessage, bytes: Uint8Array): void {
    if (message.kind === 'update') this.#update(message, bytes)
    else if (message.kind === 'route-refresh' && message.subtype === 'request') {
      const family = familyOf(message.family)
      if (family !== undefined) this.#session?.refresh(family)
    }
  }

  /** A family of which there are routes, when there are more than `limit` in all. */
  over(limit: number): Family | undefined {
    const session = this.#session
    if (session === undefined || session.adjRibIn.total <= limit) return undefined
    const { families } = session.negotiated
    return families.find((family) => session.adjRibIn.received(family) > 0)
  }

  #update(update: ReceivedUpdate, bytes: Uint8Array): void {
    if (update.outcome !== 'accept') this.#malformed(update, bytes)
    if (this.#session === undefined) return
    const ends = endOfRibOf(update)
    if (ends === undefined) {
      this.#follower.heard({ kind: 'routes', ...this.#session.receive(update) })
    } else {
      this.#retained.end(ends)
      this.#follower.heard({ kind: 'end-of-rib', family: ends })
    }
  }

  #longLived(family: Family, seconds: number): void {
    const count = this.#retained.adjRibIn?.received(family) ?? 0
    if (count === 0) return
    const time = formatSeconds(seconds)
    this.#follower.longLived(
      `away for longer than its restart time; ${count} ${family} routes of it are kept as stale for ${time} (RFC 9494)`,
    )
  }

  #malformed({ outcome, problems }: ReceivedUpdate, bytes: Uint8Array): void {
    const text = describeProblems(problems)
    this.#record.gaveUp(`${outcome}: ${text}`)
    this.#follower.malformed(text, Buffer.from(bytes).toString('hex'))
  }
}
