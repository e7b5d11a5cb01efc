import type { Ipv4 } from '../../net/ip.js'
import type { Mac } from '../../net/mac.js'
import type { Ethernet } from '../ethernet.js'

/** An ARP packet for IPv4 on Ethernet, with the frame that carries it (RFC 826). */
export type ArpMessage = ({ readonly kind: 'request' } & ArpFields) | ({ readonly kind: 'reply' } & ArpFields)

export interface ArpFields {
  readonly ethernet: Ethernet
  readonly senderMac: Mac
  /** '0.0.0.0' in a probe, which must not teach its receivers (RFC 5227 §1.1). */
  readonly senderIp: Ipv4
  readonly targetMac: Mac
  readonly targetIp: Ipv4
}

/** Why octets are no ArpMessage. */
export type ArpFault =
  | 'short-frame'
  | 'not-arp'
  | 'not-ethernet-hardware'
  | 'not-for-ipv4'
  | 'bad-address-length'
  | 'unknown-operation'

export const unspecifiedIpv4 = '0.0.0.0' as Ipv4

/** RFC 5227 §1.1: "an ARP Probe ... a request with an all-zero sender IP address". */
export function isProbe(message: ArpMessage): boolean {
  return message.kind === 'request' && message.senderIp === unspecifiedIpv4
}

/** Sender and target are one address: an announcement, not a question (RFC 5227 §3, RFC 5944 §4.6). */
export function isGratuitous(message: ArpMessage): boolean {
  return message.senderIp === message.targetIp
}
