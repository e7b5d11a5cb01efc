import type { Ipv4 } from '../../net/ip.js'
import { broadcastMac, type Mac, zeroMac } from '../../net/mac.js'
import { type ArpMessage, unspecifiedIpv4 } from './message.js'

/**
 * Both forms of gratuitous ARP. RFC 5227 §3 announces by a request; some stations learn from replies alone. Linux takes
 * a reply for gratuitous only when its target hardware address equals the sender's (RFC 5944 §4.6), and a frame that is
 * not gratuitous loses against an entry younger than `locktime`.
 */
export function gratuitousArp(ip: Ipv4, mac: Mac): readonly ArpMessage[] {
  return [
    announcement(ip, mac, broadcastMac),
    { ...announcement(ip, mac, broadcastMac), kind: 'reply', targetMac: mac },
  ]
}

/**
 * The same news to one station that asked lately: an access point may drop broadcasts, and never drops these. The
 * reply is the one the station would have got, had it asked again.
 */
export function unicastArp(
  ip: Ipv4,
  mac: Mac,
  asker: { readonly mac: Mac; readonly ip: Ipv4 },
): readonly ArpMessage[] {
  const request = announcement(ip, mac, asker.mac)
  return [request, { ...request, kind: 'reply', targetMac: asker.mac, targetIp: asker.ip }]
}

/** "Is anybody using this address?", without teaching anybody (RFC 5227 §2.1.1). */
export function arpProbe(ip: Ipv4, mac: Mac): ArpMessage {
  return { ...announcement(ip, mac, broadcastMac), senderIp: unspecifiedIpv4 }
}

/** "Who has this address? Tell me" (RFC 826). */
export function arpQuestion(ip: Ipv4, from: { readonly mac: Mac; readonly ip: Ipv4 }): ArpMessage {
  return { ...announcement(ip, from.mac, broadcastMac), senderIp: from.ip }
}

function announcement(ip: Ipv4, mac: Mac, destination: Mac): ArpMessage {
  return {
    kind: 'request',
    ethernet: { destination, source: mac },
    senderMac: mac,
    senderIp: ip,
    targetMac: zeroMac,
    targetIp: ip,
  }
}
