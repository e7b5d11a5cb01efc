import { readFileSync } from 'node:fs'

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
