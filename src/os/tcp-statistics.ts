import { readProcNet } from './proc-net.js'

/**
 * Segments that the kernel dropped for their TCP MD5 signature (RFC 2385), since boot and for all connections of this
 * network namespace: only their growth tells anything. A drop is all that either side sees of a wrong key.
 */
export interface TcpMd5Drops {
  /** We have a key for the sender, the segment has no signature. */
  readonly notFound: number
  /** The segment is signed, we have no key for the sender. */
  readonly unexpected: number
  /** Signed with another key. */
  readonly failure: number
}

export function readTcpMd5Drops(): TcpMd5Drops {
  return parseTcpMd5Drops(readProcNet('netstat'))
}

/** Of /proc/net/netstat: of each protocol a line of names, then a line of numbers. A missing counter is 0. */
export function parseTcpMd5Drops(text: string): TcpMd5Drops {
  const [names = [], values = []] = text
    .split('\n')
    .filter((line) => line.startsWith('TcpExt:'))
    .map((line) => line.split(' '))
  const value = (name: string) => Number(values[names.indexOf(name)] ?? 0)
  return {
    notFound: value('TCPMD5NotFound'),
    unexpected: value('TCPMD5Unexpected'),
    failure: value('TCPMD5Failure'),
  }
}

export function md5DropsSince(before: TcpMd5Drops, now: TcpMd5Drops): TcpMd5Drops {
  return {
    notFound: now.notFound - before.notFound,
    unexpected: now.unexpected - before.unexpected,
    failure: now.failure - before.failure,
  }
}
