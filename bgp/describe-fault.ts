import type { Fault } from './fault.js'
import { describeNotification, notificationFor } from './notification.js'

/** The NOTIFICATION's words, and what exactly was found: 'Bad Peer AS (2/2): the peer is AS 65009, but …'. */
export function describeFault(fault: Fault): string {
  const words = describeNotification(notificationFor(fault))
  const found = foundIn(fault)
  return found === undefined ? words : `${words}: ${found}`
}

function foundIn(fault: Fault): string | undefined {
  switch (fault.kind) {
    case 'malformed-open':
    case 'bad-peer-as':
    case 'bad-bgp-identifier':
    case 'unsupported-capability':
    case 'malformed-attribute-list':
    case 'optional-attribute-error':
    case 'invalid-network-field':
      return fault.because
    case 'bad-message-length':
      return `length ${fault.length}`
    case 'bad-message-type':
      return `type ${fault.type}`
    case 'unsupported-version':
      return `version ${fault.version}`
    case 'unsupported-optional-parameter':
      return `type ${fault.type}`
    case 'unacceptable-hold-time':
      return `${fault.seconds} s; it must be 0 or at least 3 (RFC 4271 §4.2)`
    case 'unexpected-message':
      return `message of type ${fault.type} in ${fault.state}`
    case 'hold-timer-expired':
      return 'nothing came from the peer for the whole hold time'
    case 'connection-not-synchronized':
    case 'unrecognized-well-known-attribute':
    case 'bad-route-refresh-length':
      return undefined
  }
}
