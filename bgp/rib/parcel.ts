import type { Chunk } from './chunk.js'

/** Octets for the peer, whole messages. */
export interface Parcel {
  /** Empty when the work of a turn came to nothing that concerns this peer; there may be more. */
  readonly bytes: Uint8Array
  readonly updates: number
  readonly routeRefreshes: number
}

export const emptyParcel: Parcel = { bytes: new Uint8Array(0), updates: 0, routeRefreshes: 0 }

export function parcelOf({ bytes, messages }: Chunk): Parcel {
  return { bytes, updates: messages, routeRefreshes: 0 }
}
