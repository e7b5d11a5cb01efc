import { type Ip, parseIp } from '../../net/ip.js'
import type { Result } from '../../net/result.js'
import type { Boot } from './restart-marker.js'
import { readState, removeState, writeState } from './state-file.js'

interface Owned {
  readonly bootId: string
  /** Seconds since the node booted when they were last known to be owned. */
  readonly upAt: number
  readonly addresses: readonly Ip[]
}

/** Seconds: who was away for longer probes again, as somebody may have taken an address meanwhile. */
const WINDOW = 90

/**
 * Remembers over a restart, a crash included, which virtual IPs this node answered for: it need not ask for seconds
 * whether anybody has them (RFC 5227 §2.1) when it had them a moment ago.
 */
export class OwnedAddresses {
  /** Of the life before, when that ended a moment ago. */
  readonly before: readonly Ip[]
  /** Why its file could not be used, when there was one. */
  readonly problem: string | undefined
  readonly #file: string
  readonly #boot: Boot

  constructor(file: string, boot: Boot) {
    this.#file = file
    this.#boot = boot
    const state = readState(file, isOwned)
    const recent =
      state.is === 'read' &&
      state.value.bootId === boot.bootId &&
      boot.uptimeSeconds() - state.value.upAt < WINDOW
    this.before = recent ? state.value.addresses : []
    this.problem = state.is === 'set-aside' ? state.text : undefined
  }

  write(addresses: readonly Ip[]): Result<void> {
    if (addresses.length === 0) return removeState(this.#file)
    const { bootId } = this.#boot
    return writeState(this.#file, { bootId, upAt: this.#boot.uptimeSeconds(), addresses } satisfies Owned)
  }
}

function isOwned(value: unknown): value is Owned {
  if (typeof value !== 'object' || value === null) return false
  const { bootId, upAt, addresses } = value as Record<string, unknown>
  const areAddresses = Array.isArray(addresses) && addresses.every(isAddress)
  return typeof bootId === 'string' && typeof upAt === 'number' && areAddresses
}

function isAddress(value: unknown): value is Ip {
  if (typeof value !== 'string') return false
  const ip = parseIp(value)
  return ip.ok && ip.value === value
}
