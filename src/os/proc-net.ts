import { readFileSync } from 'node:fs'
import { type Ip, parseIp } from '../../net/ip.js'

/** A file of /proc/net, of this process's network namespace; empty where there is none of that name, or no descriptor. */
export function readProcNet(name: string): string {
  return tryProcNet(name) ?? ''
}

/**
 * The same, for counters: empty where the kernel has none of that name, undefined where it cannot be asked just now,
 * for want of descriptors (EMFILE) as a rule.
 */
export function tryProcNet(name: string): string | undefined {
  try {
    return readFileSync(`/proc/self/net/${name}`, 'utf8')
  } catch (error) {
    return errnoOf(error) === 'ENOENT' ? '' : undefined
  }
}

function errnoOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

/** The interface of the IPv4 default route with the lowest metric. */
export function readDefaultRouteInterface(): string | undefined {
  return parseDefaultRouteInterface(readProcNet('route'))
}

/** Of /proc/net/route: numbers in hexadecimal, a header line first. */
export function parseDefaultRouteInterface(text: string): string | undefined {
  return text
    .split('\n')
    .map((line) => line.split(/\s+/))
    .filter(([, destination, , , , , , mask]) => destination === '00000000' && mask === '00000000')
    .toSorted((a, b) => Number(a[6]) - Number(b[6]))[0]?.[0]
}

/** IFA_F_TEMPORARY, _DADFAILED, _DEPRECATED, _TENTATIVE (<linux/if_addr.h>). */
const transientFlags = 0x01 | 0x08 | 0x20 | 0x40

/** Of /proc/net/if_inet6: address, interface index, length, scope, flags, interface; all but the last in hexadecimal. */
export function parseTransientIpv6(text: string): ReadonlySet<Ip> {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/))
  const transient = lines.filter(
    ([, , , , flags = '0']) => (Number.parseInt(flags, 16) & transientFlags) !== 0,
  )
  return new Set(
    transient.flatMap(([hex = '']) => {
      const ip = parseIp(hex.match(/.{4}/g)?.join(':') ?? '')
      return ip.ok ? [ip.value] : []
    }),
  )
}
