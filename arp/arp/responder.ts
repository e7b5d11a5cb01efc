import { broadcastMac, isStationMac } from '../../net/mac.js'
import { type Link, type RoleRefusal, refusalOf } from '../link.js'
import type { ArpMessage } from './message.js'
import { isGratuitous, isProbe } from './message.js'

/** Why an ARP message gets no answer. */
export type ArpRefusal =
  | 'not-a-request'
  | 'own-frame'
  | 'not-for-us'
  | 'bad-sender'
  | 'gratuitous'
  | RoleRefusal

export type ArpVerdict =
  | { readonly is: 'reply'; readonly message: ArpMessage }
  | { readonly is: 'ignored'; readonly because: ArpRefusal }

/** Answers a request for an address that we own on the link where it came in (RFC 826, RFC 5227 §2.4). */
export function respondToArp(message: ArpMessage, link: Link): ArpVerdict {
  const because = refusal(message, link)
  if (because !== undefined) return { is: 'ignored', because }
  return {
    is: 'reply',
    message: {
      kind: 'reply',
      // The Ethernet source must equal the ARP sender: switches that inspect ARP or learn ports misroute otherwise.
      ethernet: { destination: message.senderMac, source: link.mac },
      senderMac: link.mac,
      senderIp: message.targetIp,
      targetMac: message.senderMac,
      targetIp: message.senderIp,
    },
  }
}

function refusal(message: ArpMessage, link: Link): ArpRefusal | undefined {
  if (message.kind !== 'request') return 'not-a-request'
  if (message.senderMac === link.mac || message.ethernet.source === link.mac) return 'own-frame'
  // A promiscuous interface delivers what is for other stations; the kernel would not answer it either.
  const { destination } = message.ethernet
  if (destination !== broadcastMac && destination !== link.mac) return 'not-for-us'
  const unowned = refusalOf(link.roles.get(message.targetIp), isProbe(message) ? 'probe' : 'resolution')
  if (unowned !== undefined) return unowned
  // Somebody else announces our address: a conflict to defend against, not a question.
  if (isGratuitous(message)) return 'gratuitous'
  // An answer to a group or to nobody would be a lever for amplification.
  return isStationMac(message.senderMac) ? undefined : 'bad-sender'
}
