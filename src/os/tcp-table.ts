import type { Endpoint } from '../../net/endpoint.js'
import { ipFromOctets } from '../../net/ip.js'
import { readProcNet } from './proc-net.js'

/** A TCP socket of this network namespace, whoever owns it. */
export interface TcpSocket {
  readonly local: Endpoint
  readonly remote: Endpoint
  readonly state: TcpState
  /** 0 for one that no process holds (yet). */
  readonly inode: number
  /** How often in a row what it has sent was sent again, because nobody acknowledged it. */
  readonly retransmits: number
}

/** 'syn-received': the peer's SYN was answered, and the peer has not answered that. */
export type TcpState = 'established' | 'syn-sent' | 'syn-received' | 'listening' | 'closing'

/** TCP_ESTABLISHED and so on (<net/tcp_states.h>). */
const states: Readonly<Record<string, TcpState>> = {
  '01': 'established',
  '02': 'syn-sent',
  '03': 'syn-received',
  '0A': 'listening',
  '0C': 'syn-received',
}

/** Costs some microseconds a socket of the whole host: for questions, not for timers. */
export function readTcpSockets(): readonly TcpSocket[] {
  return ['tcp', 'tcp6'].flatMap((name) => parseTcpTable(readProcNet(name)))
}

/** Of /proc/net/tcp and tcp6: number, local end, remote end, state, queues, timer, retransmits, ..., inode at place 9; a header line first. */
export function parseTcpTable(text: string): readonly TcpSocket[] {
  return text.split('\n').flatMap((line) => {
    const fields = line.trim().split(/\s+/)
    const [local, remote] = [end(fields[1]), end(fields[2])]
    if (local === undefined || remote === undefined) return []
    const state = states[fields[3] ?? ''] ?? 'closing'
    return {
      local,
      remote,
      state,
      inode: Number(fields[9]),
      retransmits: Number.parseInt(fields[6] ?? '', 16),
    }
  })
}

/** '0100007F:00B3': words of four octets in the order of the host, and the port. */
function end(text: string | undefined): Endpoint | undefined {
  const [address = '', port = ''] = text?.split(':') ?? []
  if (address.length !== 8 && address.length !== 32) return undefined
  const octets = (address.match(/.{8}/g) ?? []).flatMap((word) =>
    (word.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)).reverse(),
  )
  // An IPv4 connection of a dual-stack socket: ::ffff:192.0.2.1.
  const mapped = octets.length === 16 && octets.slice(0, 12).join() === '0,0,0,0,0,0,0,0,0,0,255,255'
  const bytes = Uint8Array.from(mapped ? octets.slice(12) : octets)
  return { address: ipFromOctets(bytes), port: Number.parseInt(port, 16) }
}
