import { readFileSync } from 'node:fs'
import { type Ip, type Ipv4, isIpv4, parseIp } from '../../net/ip.js'
import { readLinks } from './link-watch.js'
import { readProcNet } from './proc-net.js'

/** What the kernel of this host does about ARP by itself, and with which interfaces. */
export interface LanSigns {
  readonly interfaces: readonly LanInterface[]
  /** Every IPv4 address that is local, on whichever interface: kube-ipvs0 is down, and its addresses are local too. */
  readonly localIpv4: ReadonlySet<Ip>
}

export interface LanInterface {
  readonly name: string
  /** Told to be up. */
  readonly up: boolean
  /** With a carrier. */
  readonly running: boolean
  readonly loopback: boolean
  readonly wireless: boolean
  /** The bridge or bond that it is a member of, by name. */
  readonly master?: string
  /** net.ipv4.conf.*.arp_ignore, the larger of that of all and of this one: 0 answers for every local address. */
  readonly arpIgnore: number
}

/** @throws OsError */
export function readLanSigns(): LanSigns {
  const links = [...readLinks()]
  const names = new Map(links.map(({ index, name }) => [index, name]))
  // Drivers that are older than cfg80211 are there alone.
  const wireless = parseInterfaceNames(readProcNet('wireless'))
  const all = readArpIgnore('all')
  const interfaces = links.map(({ name, up, running, loopback, master, ...link }) => ({
    ...{ name, up, running, loopback },
    wireless: link.wireless || wireless.includes(name),
    ...(master !== undefined && { master: names.get(master) ?? 'another one' }),
    arpIgnore: Math.max(all, readArpIgnore(name)),
  }))
  return { interfaces, localIpv4: parseLocalIpv4(readProcNet('fib_trie')) }
}

/** Of /proc/net/wireless: two lines of headers, then 'NAME: numbers'. */
export function parseInterfaceNames(text: string): readonly string[] {
  return text
    .split('\n')
    .slice(2)
    .flatMap((line) => /^\s*(\S+?):\s*\d/.exec(line)?.[1] ?? [])
}

/** Of /proc/net/fib_trie: '|-- ADDRESS', and below it a line for each route of it: '/32 host LOCAL'. */
export function parseLocalIpv4(text: string): ReadonlySet<Ip> {
  const local = new Set<Ip>()
  let address: Ipv4 | undefined
  for (const line of text.split('\n')) {
    const leaf = /\|-- (\S+)/.exec(line)?.[1]
    if (leaf !== undefined) {
      const ip = parseIp(leaf)
      address = ip.ok && isIpv4(ip.value) ? ip.value : undefined
    } else if (address !== undefined && /^\s*\/32 host LOCAL\b/.test(line)) local.add(address)
  }
  return local
}

function readArpIgnore(name: string): number {
  try {
    return Number(readFileSync(`/proc/sys/net/ipv4/conf/${name}/arp_ignore`, 'utf8'))
  } catch {
    return 0
  }
}
