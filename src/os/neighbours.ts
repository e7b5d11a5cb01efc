import { type Ip, parseIp } from '../../net/ip.js'
import { readProcNet } from './proc-net.js'

/** ATF_COM (<linux/if_arp.h>): the address has been resolved. */
const complete = 0x2

/**
 * Whether the host on our link answers ARP; undefined where the kernel has not asked lately, and for IPv6, whose
 * neighbours /proc does not list.
 */
export function readArpAnswer(ip: Ip): boolean | undefined {
  return parseArp(readProcNet('arp')).get(ip)
}

/** Of /proc/net/arp: address, hardware type, flags, hardware address, mask, device; a header line first. */
export function parseArp(text: string): ReadonlyMap<Ip, boolean> {
  const entries = text.split('\n').flatMap((line): [Ip, boolean][] => {
    const [address = '', , flags = ''] = line.split(/\s+/)
    const ip = parseIp(address)
    return ip.ok ? [[ip.value, (Number.parseInt(flags, 16) & complete) !== 0]] : []
  })
  return new Map(entries)
}
