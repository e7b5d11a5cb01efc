import type { CloseReason, Connection } from '../../src/transport/connection.js'

/** What a connection told its handlers, in order, and ways to wait for it. */
export interface Recording {
  readonly received: () => Buffer
  readonly drains: () => number
  readonly reasons: () => readonly CloseReason[]
  /** Resolves once at least that many octets have come. */
  readonly octets: (count: number) => Promise<Buffer>
  readonly drained: () => Promise<void>
  readonly closed: () => Promise<CloseReason>
}

/** Opens the connection and writes down everything it says. */
export function record(connection: Connection): Recording {
  const chunks: Uint8Array[] = []
  const reasons: CloseReason[] = []
  let drains = 0
  let waiting: (() => void)[] = []
  const wake = () => {
    const woken = waiting
    waiting = []
    for (const resolve of woken) resolve()
  }
  const until = async (holds: () => boolean) => {
    while (!holds()) await new Promise<void>((resolve) => waiting.push(resolve))
  }
  const received = () => Buffer.concat(chunks)
  connection.open({
    onBytes: (bytes) => {
      chunks.push(bytes)
      wake()
    },
    onDrain: () => {
      drains++
      wake()
    },
    onClosed: (reason) => {
      reasons.push(reason)
      wake()
    },
  })
  return {
    received,
    drains: () => drains,
    reasons: () => reasons,
    octets: async (count) => {
      await until(() => received().length >= count)
      return received()
    },
    drained: async () => {
      await until(() => drains > 0)
    },
    closed: async () => {
      await until(() => reasons.length > 0)
      return reasons[0]!
    },
  }
}
