/** A BGP peer that no router would be, on real sockets and in a process of its own, so that its work is not herald's. */
import { fileURLToPath } from 'node:url'
import type { Namespace } from './netns.js'
import { Hopeless, waitFor } from './wait.js'

export type RawPeerScript = {
  /** Where it listens, and its BGP Identifier. */
  readonly address: string
  readonly asn: number
  readonly holdTimeSeconds: number
} & (
  | { readonly does: 'stop-reading' }
  /** As fast as TCP takes them. */
  | {
      readonly does: 'blast'
      readonly afterSeconds: number
      readonly routes: number
      readonly perUpdate: number
    }
)

export interface RawPeerEvent {
  readonly is: 'listening' | 'connected' | 'established' | 'blasting' | 'blasted' | 'notified' | 'closed'
}

export interface RawPeer {
  readonly events: () => readonly RawPeerEvent['is'][]
  readonly until: (event: RawPeerEvent['is'], timeoutSeconds?: number) => Promise<void>
}

const main = fileURLToPath(new URL('raw-peer-main.js', import.meta.url))

/** Resolves when it listens. It sends a KEEPALIVE each second, whatever else it does. */
export async function startRawPeer(namespace: Namespace, script: RawPeerScript): Promise<RawPeer> {
  const running = namespace.start([process.execPath, main, JSON.stringify(script)])
  const events = () =>
    running
      .stdout()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => (JSON.parse(line) as RawPeerEvent).is)
  const until = async (event: RawPeerEvent['is'], timeoutSeconds = 120) => {
    await waitFor(
      `the peer to be ${event}`,
      () => {
        if (!running.alive()) throw new Hopeless(running.output())
        return events().includes(event)
      },
      { timeoutSeconds },
    )
  }
  await until('listening')
  return { events, until }
}
