import type { StateChange } from '../control/api/peers.js'
import type { DialFailureCause } from '../transport/transport.js'

/** What the speaker tells whoever follows it: the log, `herald monitor`, an embedding program. */
export type SpeakerEvent =
  | { readonly kind: 'peer-state'; readonly peer: string; readonly change: StateChange }
  | {
      readonly kind: 'notification'
      readonly peer: string
      readonly direction: 'sent' | 'received'
      readonly code: number
      readonly subcode: number
      readonly text: string
    }
  /** Routes given up under RFC 7606; `update` is the whole message in hex (§4). */
  | {
      readonly kind: 'malformed-update'
      readonly peer: string
      readonly text: string
      readonly update: string
    }
  /** An attempt at a listed peer came to nothing: it will be tried again, so this may come again and again. */
  | {
      readonly kind: 'attempt-failed'
      readonly peer: string
      readonly because: AttemptFailure
      readonly text: string
    }
  | { readonly kind: 'warning'; readonly peer?: string; readonly text: string }

/** 'hung-up': there was a connection, and the peer ended it before a session without a word. */
export type AttemptFailure = DialFailureCause | 'hung-up'
