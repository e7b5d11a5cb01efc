import { existsSync, readFileSync } from 'node:fs'
import { type Ip, type Ipv4, isIpv4, parseIp } from '../../net/ip.js'
import { libc } from './libc.js'
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

/** Of `netdevice(7)`. */
const siocgifflags = 0x8913
const ifreqOctets = 40
const flagsAt = 16
const flag = { up: 0x1, loopback: 0x8, running: 0x40 } as const
const [afInet, sockDgram] = [2, 2]

export function readLanSigns(): LanSigns {
  const names = parseInterfaceNames(readProcNet('dev'))
  const wireless = parseInterfaceNames(readProcNet('wireless'))
  const all = readArpIgnore('all')
  const masters = readMasters()
  const interfaces = withFlags((flagsOf) =>
    names.map((name) => {
      const flags = flagsOf(name)
      const master = masters.get(name)
      return {
        name,
        up: (flags & flag.up) !== 0,
        running: (flags & flag.running) !== 0,
        loopback: (flags & flag.loopback) !== 0,
        wireless: wireless.includes(name) || existsSync(`/sys/class/net/${name}/phy80211`),
        ...(master !== undefined && { master }),
        arpIgnore: Math.max(all, readArpIgnore(name)),
      }
    }),
  )
  return { interfaces, localIpv4: parseLocalIpv4(readProcNet('fib_trie')) }
}

/** Of /proc/net/dev or /proc/net/wireless: two lines of headers, then 'NAME: numbers'. */
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

/** By the member. */
function readMasters(): ReadonlyMap<string, string> {
  const links = [...readLinks()]
  const names = new Map(links.map(({ index, name }) => [index, name]))
  return new Map(
    links.flatMap(({ name, master }) =>
      master === undefined ? [] : [[name, names.get(master) ?? 'another one'] as const],
    ),
  )
}

function readArpIgnore(name: string): number {
  try {
    return Number(readFileSync(`/proc/sys/net/ipv4/conf/${name}/arp_ignore`, 'utf8'))
  } catch {
    return 0
  }
}

/** @param ask is given a way to ask for the flags of an interface; of one that is gone they are 0 */
function withFlags<Answer>(ask: (flagsOf: (name: string) => number) => Answer): Answer {
  const fd = libc.socket(afInet, sockDgram, 0)
  try {
    return ask((name) => {
      const request = new Uint8Array(ifreqOctets)
      request.set(new TextEncoder().encode(name).subarray(0, flagsAt - 1))
      if (fd < 0 || libc.ioctl(fd, siocgifflags, request) < 0) return 0
      return new DataView(request.buffer).getUint16(flagsAt, littleEndian)
    })
  } finally {
    if (fd >= 0) libc.close(fd)
  }
}

const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1
