import { tryProcNet } from './proc-net.js'

/**
 * Segments that the kernel dropped for their TCP MD5 signature (RFC 2385) or their TTL, since boot and for all
 * connections of this network namespace: only their growth tells anything. A drop is all that is seen of a wrong key.
 */
export interface TcpDrops {
  /** We have a key for the sender, the segment has no signature. */
  readonly notFound: number
  /** The segment is signed, we have no key for the sender. */
  readonly unexpected: number
  /** Signed with another key. */
  readonly failure: number
  /** GTSM: the segment came from further than is allowed. */
  readonly minTtl: number
}

/** @returns undefined where the kernel cannot be asked just now: not zeros, after which all since boot looked new */
export function readTcpDrops(): TcpDrops | undefined {
  const text = tryProcNet('netstat')
  return text === undefined ? undefined : parseTcpDrops(text)
}

/** Of /proc/net/netstat: of each protocol a line of names, then a line of numbers. A missing counter is 0. */
export function parseTcpDrops(text: string): TcpDrops {
  const [names = [], values = []] = text
    .split('\n')
    .filter((line) => line.startsWith('TcpExt:'))
    .map((line) => line.split(' '))
  const value = (name: string) => Number(values[names.indexOf(name)] ?? 0)
  return {
    notFound: value('TCPMD5NotFound'),
    unexpected: value('TCPMD5Unexpected'),
    failure: value('TCPMD5Failure'),
    minTtl: value('TCPMinTTLDrop'),
  }
}

export function dropsSince(before: TcpDrops, now: TcpDrops): TcpDrops {
  return {
    notFound: now.notFound - before.notFound,
    unexpected: now.unexpected - before.unexpected,
    failure: now.failure - before.failure,
    minTtl: now.minTtl - before.minTtl,
  }
}
