import { readFileSync } from 'node:fs'

/** What herald may need, by the names of capabilities(7). */
export type Privilege = 'CAP_NET_BIND_SERVICE' | 'CAP_NET_ADMIN' | 'CAP_NET_RAW'

/** Bit numbers of <linux/capability.h>. */
export const privilegeBits: Readonly<Record<Privilege, number>> = {
  CAP_NET_BIND_SERVICE: 10,
  CAP_NET_ADMIN: 12,
  CAP_NET_RAW: 13,
}

type CapabilitySet = 'CapEff' | 'CapPrm'

/** Those that this process has; undefined where /proc does not tell. */
export function readPrivileges(): ReadonlySet<Privilege> | undefined {
  return read('CapEff')
}

/** Those that it may give itself, and keep. */
export function readPermitted(): ReadonlySet<Privilege> | undefined {
  return read('CapPrm')
}

function read(set: CapabilitySet): ReadonlySet<Privilege> | undefined {
  try {
    return parsePrivileges(readFileSync('/proc/self/status', 'utf8'), set)
  } catch {
    return undefined
  }
}

/** Of /proc/PID/status: sets in hexadecimal. */
export function parsePrivileges(
  text: string,
  set: CapabilitySet = 'CapEff',
): ReadonlySet<Privilege> | undefined {
  const [, digits] = new RegExp(`^${set}:\\s*([0-9a-f]+)$`, 'm').exec(text) ?? []
  if (digits === undefined) return undefined
  const bits = BigInt(`0x${digits}`)
  const names = Object.keys(privilegeBits) as Privilege[]
  return new Set(names.filter((name) => (bits >> BigInt(privilegeBits[name])) & 1n))
}
