import type { Clock } from '../../net/clock.js'
import type { Ip } from '../../net/ip.js'
import type { Mac } from '../../net/mac.js'
import type { SegmentEvent } from './event.js'

/** What a segment needs of the world. */
export interface SegmentServices {
  readonly clock: Clock
  /** Uniform in [0, 1). */
  random(): number
  /** Sends an Ethernet frame on the link. One that is lost costs a repetition; whoever sends it counts it. */
  send(frame: Uint8Array): void
  /** Sends an IP packet of protocol 112, TTL 255, by way of the host's routes. */
  sendVrrp(to: Ip, from: Ip, payload: Uint8Array): void
  /** MAC addresses of this host, on whatever interface. */
  ourMacs(): ReadonlySet<Mac>
  onEvent(event: SegmentEvent): void
}
