import type { FilePeerDefaults } from './peer-schema.js'
import type { Path } from './problem.js'

/** A peer's keys after peerDefaults and herald's own, and where each one was written. */
export interface Inherited {
  readonly keys: FilePeerDefaults
  /** The peer itself says it, not peerDefaults. */
  own(key: keyof FilePeerDefaults): boolean
  /** Where the key stands; for one that stands nowhere, where it would in the peer. */
  path(key: keyof FilePeerDefaults): Path
}

/** Keys that make sense together: a peer that has one of them takes none of the others from peerDefaults. */
const together: readonly (readonly (keyof FilePeerDefaults)[])[] = [
  ['password', 'passwordFile'],
  ['ebgpMultihop', 'ttlSecurity'],
  ['holdTime', 'keepaliveTime', 'sendHoldTime'],
]

export const peerDefaultsPath: Path = ['bgp', 'peerDefaults']

export function inherit(peer: FilePeerDefaults, path: Path, defaults: FilePeerDefaults): Inherited {
  const own = (key: keyof FilePeerDefaults) => peer[key] !== undefined
  const shadowed = (key: keyof FilePeerDefaults) =>
    own(key) || together.some((group) => group.includes(key) && group.some(own))
  const taken = Object.fromEntries(
    Object.entries(defaults).filter(([key]) => !shadowed(key as keyof FilePeerDefaults)),
  )
  const gracefulRestart = { ...defaults.gracefulRestart, ...peer.gracefulRestart }
  return {
    keys: { ...taken, ...peer, gracefulRestart },
    own,
    path: (key) => [...(own(key) || taken[key] === undefined ? path : peerDefaultsPath), key],
  }
}
