import { readFileSync } from 'node:fs'

/** What herald may need, by the names of capabilities(7). */
export type Privilege = 'CAP_NET_BIND_SERVICE' | 'CAP_NET_ADMIN' | 'CAP_NET_RAW'

/** Bit numbers of <linux/capability.h>. */
const bits: Readonly<Record<Privilege, bigint>> = {
  CAP_NET_BIND_SERVICE: 10n,
  CAP_NET_ADMIN: 12n,
  CAP_NET_RAW: 13n,
}

/** Those that this process has; undefined where /proc does not tell. */
export function readPrivileges(): ReadonlySet<Privilege> | undefined {
  try {
    return parsePrivileges(readFileSync('/proc/self/status', 'utf8'))
  } catch {
    return undefined
  }
}

/** Of /proc/PID/status: the effective set, in hexadecimal. */
export function parsePrivileges(text: string): ReadonlySet<Privilege> | undefined {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(text)?.[1]
  if (effective === undefined) return undefined
  const set = BigInt(`0x${effective}`)
  const names = Object.keys(bits) as Privilege[]
  return new Set(names.filter((name) => (set >> bits[name]) & 1n))
}
