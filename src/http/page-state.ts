import type { PeerDetail } from '../control/api/peers.js'
import type { WebSource } from './source.js'

/** Askers that the page lists. */
const mostAskers = 50

/** What the page shows, as one document; of peers what fits on a line. */
export async function pageState(source: WebSource) {
  const [{ status, peers, health }, l2, askers] = await Promise.all([
    source.facts(),
    source.l2(),
    source.l2Askers(),
  ])
  const { pid: _, configFile: __, ...about } = status
  return { status: about, peers: peers.map(rowOf), health, l2, askers: askers.slice(0, mostAskers) }
}

export type PageState = Awaited<ReturnType<typeof pageState>>

function rowOf({
  name,
  address,
  peerAs,
  sessionState,
  uptimeSeconds,
  families,
  flaps,
  messages,
  lastError,
}: PeerDetail) {
  return {
    ...{ name, address, peerAs, sessionState, uptimeSeconds, families, flaps },
    updates: { sent: messages.sent.update, received: messages.received.update },
    ...(lastError && { lastError: { at: lastError.at, text: lastError.text } }),
  }
}
