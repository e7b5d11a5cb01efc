import { type Ip, type Ipv4, type Ipv6, isIpv4 } from '../net/ip.js'
import type { Due } from './address/announcer.js'
import { arpProbe, arpQuestion, gratuitousArp, unicastArp } from './arp/announcement.js'
import { encodeArp } from './arp/codec.js'
import type { Link } from './link.js'
import {
  dadSolicitation,
  solicitation,
  unicastAdvertisement,
  unsolicitedAdvertisement,
} from './ndp/announcement.js'
import { encodeNdp } from './ndp/codec.js'

/** The frames that tell a due announcement, in either IP version. */
export function announcementFrames(due: Due, link: Pick<Link, 'mac' | 'router'>): readonly Uint8Array[] {
  const { ip } = due
  if (due.to === 'everybody') {
    return isIpv4(ip)
      ? gratuitousArp(ip, link.mac).map(encodeArp)
      : [encodeNdp(unsolicitedAdvertisement(ip, link))]
  }
  const { mac, ip: asker } = due.asker
  if (isIpv4(ip)) return isIpv4(asker) ? unicastArp(ip, link.mac, { mac, ip: asker }).map(encodeArp) : []
  return isIpv4(asker) ? [] : [encodeNdp(unicastAdvertisement(ip, link, { mac, ip: asker }))]
}

/** The frame that asks whether an address is taken, in either IP version. */
export function probeFrame(ip: Ip, link: Pick<Link, 'mac'>): Uint8Array {
  return isIpv4(ip) ? encodeArp(arpProbe(ip, link.mac)) : encodeNdp(dadSolicitation(ip, link.mac))
}

/**
 * The frame that asks who has an address, as anybody would ask, so that whoever has it answers.
 * @param from of the same IP version
 */
export function questionFrame(ip: Ip, from: Ip, { mac }: Pick<Link, 'mac'>): Uint8Array {
  return isIpv4(ip)
    ? encodeArp(arpQuestion(ip, { mac, ip: from as Ipv4 }))
    : encodeNdp(solicitation(ip, { mac, ip: from as Ipv6 }))
}
