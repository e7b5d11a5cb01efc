import type { Assertion } from '../assertion.js'
import { type ArpMessage, isProbe, unspecifiedIpv4 } from './message.js'

/**
 * RFC 5227 §2.4: any ARP packet, request or reply, whose sender IP address is set claims that address. A reply from
 * 0.0.0.0 says nothing.
 */
export function assertionOfArp(message: ArpMessage): Assertion | undefined {
  if (isProbe(message)) return { is: 'probe', ip: message.targetIp, mac: message.senderMac }
  if (message.senderIp === unspecifiedIpv4) return undefined
  return { is: 'claim', ip: message.senderIp, mac: message.senderMac }
}
