import type { AnnouncementOptions, PeerChanges, PeerOptions, StopOptions } from './options.js'
import type { PeerStatus, Route, SpeakerEvent } from './report.js'

/** A BGP-4 speaker inside a program. It announces and it listens; it installs nothing anywhere. */
export interface Speaker {
  /** Binds what `listen` names and begins to connect. @throws SpeakerError 'cannot-listen', and nothing is left bound */
  start(): void
  /** ADDRESS:PORT of each socket that accepts. */
  readonly listening: readonly string[]

  /** @throws SpeakerError 'invalid' */
  addPeer(peer: PeerOptions): void
  /** Resets the session only for what cannot change within one. @throws SpeakerError 'invalid' or 'no-such-peer' */
  changePeer(name: string, changes: PeerChanges): void
  /** Ends its session with Cease/Peer De-configured. @throws SpeakerError 'no-such-peer' */
  removePeer(name: string): void

  /**
   * Replaces all that is announced; peers are sent the difference. Where two announcements want the same prefix, the
   * first that reaches a peer counts there. @throws SpeakerError 'invalid'
   */
  setAnnouncements(announcements: readonly AnnouncementOptions[]): void
  /** Adds these prefixes to what is announced; those announced already get these attributes. @throws SpeakerError 'invalid' */
  announce(announcement: AnnouncementOptions): void
  /** Takes these prefixes back, whoever announced them; others within them stay. @throws SpeakerError 'invalid' */
  withdraw(prefixes: readonly string[]): void

  /** Every peer, listed and dynamic; none before the start. */
  peers(): readonly PeerStatus[]
  /** What peers have sent, at most the first 10,000 routes of each; all of them pass by as events. */
  received(peer?: string): readonly Route[]
  /** What peers have been sent, after policy. */
  advertised(peer?: string): readonly Route[]

  /** Calls the listener with every event from now on, until the returned function is called. It must not throw. */
  on(listener: (event: SpeakerEvent) => void): () => void
  /**
   * Every event from this call on, until `stop`, or until the loop is left. A loop that lags more than 100,000 events
   * behind ends with SpeakerError 'overrun'.
   */
  events(): AsyncIterableIterator<SpeakerEvent>

  /** Ends every session; resolves when the peers have taken the last words, or two seconds later. Then it is over. */
  stop(options?: StopOptions): Promise<void>
}
