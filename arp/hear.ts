import type { Ip } from '../net/ip.js'
import { isStationMac, type Mac } from '../net/mac.js'
import { assertionOfArp } from './arp/assertion.js'
import { decodeArp, encodeArp } from './arp/codec.js'
import { type ArpFault, isGratuitous, isProbe } from './arp/message.js'
import { type ArpRefusal, respondToArp } from './arp/responder.js'
import type { Assertion } from './assertion.js'
import { etherType, etherTypeOf } from './ethernet.js'
import type { Link } from './link.js'
import { assertionOfNdp } from './ndp/assertion.js'
import { decodeNdp, encodeNdp } from './ndp/codec.js'
import { unspecifiedIpv6 } from './ndp/group.js'
import type { NdpFault } from './ndp/message.js'
import { type NdpRefusal, respondToNdp, solicitorOf } from './ndp/responder.js'

/** Who wants to reach which of our addresses: the ones to tell when it moves. */
export interface Ask {
  readonly target: Ip
  readonly asker: { readonly ip: Ip; readonly mac: Mac }
}

export type IgnoredBecause = ArpFault | ArpRefusal | NdpFault | NdpRefusal | 'neither-arp-nor-ipv6'

export type Verdict =
  | { readonly is: 'reply'; readonly target: Ip; readonly frame: Uint8Array }
  | { readonly is: 'ignored'; readonly because: IgnoredBecause }

/** All that one received frame tells about the virtual IPs of this link. */
export interface Heard {
  readonly verdict: Verdict
  /** For an address that we own or stand by for; probes ask for nobody. */
  readonly ask: Ask | undefined
  /** About one of our virtual IPs, by a station other than this link. */
  readonly assertion: Assertion | undefined
}

/** Decodes a frame once, for the responder, the list of askers and conflict detection. Never throws. */
export function hear(frame: Uint8Array, link: Link): Heard {
  switch (etherTypeOf(frame)) {
    case etherType.arp:
      return hearArp(frame, link)
    case etherType.ipv6:
      return hearNdp(frame, link)
    default:
      return ignored('neither-arp-nor-ipv6')
  }
}

function hearArp(frame: Uint8Array, link: Link): Heard {
  const decoded = decodeArp(frame)
  if (!decoded.ok) return ignored(decoded.because)
  const message = decoded.value
  const said = respondToArp(message, link)
  const verdict: Verdict =
    said.is === 'reply' ? { is: 'reply', target: message.targetIp, frame: encodeArp(said.message) } : said
  const asks = message.kind === 'request' && !isProbe(message) && !isGratuitous(message)
  const ask = { target: message.targetIp, asker: { ip: message.senderIp, mac: message.senderMac } }
  return heard(verdict, asks ? ask : undefined, assertionOfArp(message), link)
}

function hearNdp(frame: Uint8Array, link: Link): Heard {
  const decoded = decodeNdp(frame)
  if (!decoded.ok) return ignored(decoded.because)
  const message = decoded.value
  const said = respondToNdp(message, link)
  const verdict: Verdict =
    said.is === 'reply' ? { is: 'reply', target: message.target, frame: encodeNdp(said.message) } : said
  const assertion = assertionOfNdp(message)
  if (message.kind === 'neighbor-advertisement') return heard(verdict, undefined, assertion, link)
  const asks = message.source !== unspecifiedIpv6 && message.source !== message.target
  const ask = { target: message.target, asker: { ip: message.source, mac: solicitorOf(message) } }
  return heard(verdict, asks ? ask : undefined, assertion, link)
}

function heard(verdict: Verdict, ask: Ask | undefined, assertion: Assertion | undefined, link: Link): Heard {
  const wanted =
    ask && ask.asker.mac !== link.mac && isStationMac(ask.asker.mac) && link.roles.has(ask.target)
  const concerns = assertion && assertion.mac !== link.mac && link.roles.has(assertion.ip)
  return { verdict, ask: wanted ? ask : undefined, assertion: concerns ? assertion : undefined }
}

function ignored(because: IgnoredBecause): Heard {
  return { verdict: { is: 'ignored', because }, ask: undefined, assertion: undefined }
}
