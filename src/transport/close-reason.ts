import type { CloseReason } from './connection.js'

export const closedByPeer: CloseReason = { because: 'closed-by-peer', text: 'the peer closed the connection' }
export const closedHere: CloseReason = { because: 'closed-here', text: 'closed by this side' }

const reasons: Readonly<Record<string, CloseReason>> = {
  ECONNRESET: { because: 'reset-by-peer', text: 'the peer reset the connection' },
  EPIPE: { because: 'reset-by-peer', text: 'the peer reset the connection' },
  ETIMEDOUT: { because: 'timed-out', text: 'the peer acknowledges nothing any more' },
  EHOSTUNREACH: { because: 'unreachable', text: 'no route to the peer any more' },
  ENETUNREACH: { because: 'unreachable', text: "the peer's network is unreachable" },
}

/** For an error of an established socket of node:net. */
export function closeReasonFor(error: NodeJS.ErrnoException): CloseReason {
  return reasons[error.code ?? ''] ?? { because: 'failed', text: error.message }
}
