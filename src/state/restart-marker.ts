import { readFileSync } from 'node:fs'
import { uptime } from 'node:os'
import type { OfferHints } from '../../bgp/open-offer.js'
import type { Result } from '../../net/result.js'
import { readState, removeState, writeState } from './state-file.js'

interface Marker {
  readonly bootId: string
  /** Seconds since the node booted when the speaker was last known to hold a session. */
  readonly upAt: number
}

/** Identifies this boot of this node: after a reboot no forwarding state has survived. */
export interface Boot {
  readonly bootId: string
  uptimeSeconds(): number
}

export function thisBoot(): Boot {
  return {
    bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    uptimeSeconds: () => uptime(),
  }
}

/**
 * Remembers over a restart, a crash included, that peers may be keeping this speaker's routes (RFC 4724 §4.1). The R
 * and F bits are true only when it says so: same boot, and not longer ago than peers were asked to wait.
 */
export class RestartMarker {
  readonly #file: string
  readonly #boot: Boot
  readonly #startedAt: number
  readonly #previous: Marker | undefined
  /** Why the marker of the run before could not be used, when there was one. */
  readonly problem: string | undefined

  constructor(file: string, boot: Boot) {
    this.#file = file
    this.#boot = boot
    this.#startedAt = boot.uptimeSeconds()
    const state = readState(file, isMarker)
    this.#previous = state.is === 'read' ? state.value : undefined
    this.problem = state.is === 'set-aside' ? state.text : undefined
  }

  /** @param windowSeconds how long the peer was asked to wait, its long-lived stale time (RFC 9494) included */
  hints(windowSeconds: number): Pick<OfferHints, 'restarted' | 'forwardingPreserved'> {
    const previous = this.#previous
    const open = previous !== undefined && this.#boot.uptimeSeconds() - this.#startedAt < windowSeconds
    const recent = previous !== undefined && this.#startedAt - previous.upAt < windowSeconds
    const restarted = open && recent && previous.bootId === this.#boot.bootId
    return { restarted, forwardingPreserved: restarted }
  }

  /** Peers hold our routes now, and would keep them over a restart. */
  touch(): Result<void> {
    const { bootId } = this.#boot
    return writeState(this.#file, { bootId, upAt: this.#boot.uptimeSeconds() } satisfies Marker)
  }

  /** The next start is a beginning, not a restart: the peers were told to drop our routes. */
  remove(): Result<void> {
    return removeState(this.#file)
  }
}

function isMarker(value: unknown): value is Marker {
  if (typeof value !== 'object' || value === null) return false
  const { bootId, upAt } = value as Record<string, unknown>
  return typeof bootId === 'string' && typeof upAt === 'number'
}
