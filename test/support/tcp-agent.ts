/**
 * The transport in a process of its own, because a process cannot enter a network namespace later than at its
 * start. Requests and answers are lines of JSON; every request has one answer, which may take as long as the network.
 */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Endpoint } from '../../net/endpoint.js'
import type { CloseReason, PacketRules } from '../../src/transport/connection.js'
import type { DialFailure } from '../../src/transport/transport.js'
import type { Namespace } from './netns.js'

export type Request =
  | { readonly do: 'listen'; readonly on: string; readonly port?: number; readonly keys?: Keys }
  | { readonly do: 'set-listener-key'; readonly peers: string; readonly key?: string }
  /** Of the next connection that comes in, or has come in. */
  | ({ readonly do: 'accept'; readonly key?: string } & PacketRules)
  | ({ readonly do: 'dial' } & DialRequest)
  | { readonly do: 'set-key'; readonly connection: number; readonly key?: string }
  | ({ readonly do: 'set-rules'; readonly connection: number } & PacketRules)
  | { readonly do: 'write'; readonly connection: number; readonly text: string }
  /** Answers once that many octets have come in all. */
  | { readonly do: 'read'; readonly connection: number; readonly octets: number }
  | { readonly do: 'destroy'; readonly connection: number }
  | { readonly do: 'closed'; readonly connection: number }
  /** A counter of TcpExt, and one of TCP MD5 as the daemon reads it. */
  | { readonly do: 'counter'; readonly name: string }
  | { readonly do: 'drops' }

/** Prefix to key. */
export type Keys = Readonly<Record<string, string>>

export interface DialRequest extends Partial<PacketRules> {
  readonly to: string
  readonly port: number
  readonly key?: string
  readonly localAddress?: string
  readonly interface?: string
  readonly timeoutMs?: number
}

export type Listened = { readonly bound: readonly Endpoint[]; readonly failures: readonly string[] }
export type Accepted =
  | { readonly is: 'refused'; readonly text: string }
  | ({ readonly is: 'connected' } & AgentConnection)
export type Dialled =
  | ({ readonly is: 'failed' } & DialFailure)
  | ({ readonly is: 'connected' } & AgentConnection)

export interface AgentConnection {
  /** By which later requests name it. */
  readonly connection: number
  readonly local: Endpoint
  readonly remote: Endpoint
  readonly interface?: string
}

export interface Answers {
  readonly listen: Listened
  readonly 'set-listener-key': string | undefined
  readonly accept: Accepted
  readonly dial: Dialled
  readonly 'set-key': string | undefined
  readonly 'set-rules': string | undefined
  readonly write: undefined
  /** All that has come so far. */
  readonly read: string
  readonly destroy: undefined
  readonly closed: CloseReason
  readonly counter: number
  readonly drops: { readonly notFound: number; readonly unexpected: number; readonly failure: number }
}

export interface Agent {
  readonly ask: <R extends Request>(request: R) => Promise<Answers[R['do']]>
}

/** @param launcher a command that starts another, to take privileges away, for instance. */
export function startAgent(namespace: Namespace, launcher: readonly string[] = []): Agent {
  const script = fileURLToPath(new URL('tcp-agent-main.js', import.meta.url))
  const [file = '', ...args] = namespace.inside([...launcher, process.execPath, script])
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const waiting = new Map<number, { resolve: (answer: never) => void; reject: (error: Error) => void }>()
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { id, answer } = JSON.parse(line)
    waiting.get(id)?.resolve(answer as never)
    waiting.delete(id)
  })
  child.once('exit', (status) => {
    for (const { reject } of waiting.values()) reject(new Error(`the agent ended with ${status}`))
  })
  namespace.lab.atEnd(() => {
    child.stdin.end()
  })
  let last = 0
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        const id = ++last
        waiting.set(id, { resolve, reject })
        child.stdin.write(`${JSON.stringify({ id, request })}\n`)
      }),
  }
}
