import { type CeaseReason, cease, hardReset, maximumPrefixesReached } from './cease.js'
import type { AfiSafi } from './family.js'
import { notificationKeepsRoutes, peerKeepsOurRoutes } from './graceful-restart.js'
import type { Notification } from './message.js'
import type { Negotiated } from './negotiated.js'

/** Why this side ends a peer's sessions on purpose. */
export type Stop =
  /** `communication`: a word to the other operator (RFC 9003). */
  | { readonly why: 'administrative-shutdown'; readonly communication?: string }
  /** `hard`: the peer is to forget our routes, though both would ride over a reset (RFC 8538). */
  | { readonly why: 'administrative-reset'; readonly communication?: string; readonly hard?: boolean }
  | { readonly why: 'peer-de-configured' }
  /** This node goes for good. */
  | { readonly why: 'decommission' }
  | { readonly why: 'other-configuration-change' }
  | { readonly why: 'maximum-prefixes'; readonly family: AfiSafi; readonly limit: number }
  | { readonly why: 'out-of-resources' }
  | { readonly why: 'bfd-down' }
  /** An unnumbered peer whose address nobody knows yet. */
  | { readonly why: 'no-neighbour'; readonly because: string }
  /** herald goes and comes back: nothing is said where the peer keeps our routes meanwhile (RFC 4724 §4.1). */
  | { readonly why: 'restart' }

/**
 * The NOTIFICATION that says why; undefined where the session is left without a word.
 * @param negotiated absent before Established
 */
export function farewell(stop: Stop, negotiated: Negotiated | undefined): Notification | undefined {
  if (stop.why === 'restart') {
    // Before Established the peer may be keeping the routes of the session before.
    const silent = negotiated === undefined || peerKeepsOurRoutes(negotiated)
    return silent ? undefined : cease('administrative-shutdown')
  }
  const notification = ceaseFor(stop)
  const encapsulated = negotiated !== undefined && notificationKeepsRoutes(negotiated) && isFinal(stop)
  return encapsulated ? hardReset(notification) : notification
}

/** For a person: 'administrative shutdown: maintenance'. */
export function describeStop(stop: Stop): string {
  const words = stop.why.replaceAll('-', ' ')
  switch (stop.why) {
    case 'administrative-shutdown':
    case 'administrative-reset':
      return stop.communication === undefined ? words : `${words}: ${stop.communication}`
    case 'maximum-prefixes':
      return `the peer sent more than ${stop.limit} prefixes`
    case 'decommission':
      return 'this node is decommissioned'
    case 'no-neighbour':
      return stop.because
    case 'peer-de-configured':
    case 'other-configuration-change':
    case 'out-of-resources':
    case 'bfd-down':
    case 'restart':
      return words
  }
}

/** RFC 8538 §3: "Hard Reset" where the routes must not outlive the session; a reset is the operator's choice. */
function isFinal(stop: Stop): boolean {
  switch (stop.why) {
    case 'administrative-shutdown':
    case 'peer-de-configured':
    case 'decommission':
    case 'maximum-prefixes':
    case 'bfd-down':
      return true
    case 'administrative-reset':
      return stop.hard === true
    case 'other-configuration-change':
    case 'out-of-resources':
    case 'no-neighbour':
    case 'restart':
      return false
  }
}

function ceaseFor(stop: Exclude<Stop, { why: 'restart' }>): Notification {
  switch (stop.why) {
    case 'administrative-shutdown':
    case 'administrative-reset':
      return cease(stop.why, stop.communication)
    case 'maximum-prefixes':
      return maximumPrefixesReached(stop.family, stop.limit)
    case 'decommission':
      return cease('peer-de-configured')
    case 'no-neighbour':
      return cease('other-configuration-change')
    case 'peer-de-configured':
    case 'other-configuration-change':
    case 'out-of-resources':
    case 'bfd-down':
      return cease(stop.why satisfies CeaseReason)
  }
}
