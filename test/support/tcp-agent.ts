/** The transport in a process of its own, inside a network namespace. */
import type { Endpoint } from '../../net/endpoint.js'
import type { CloseReason, PacketRules } from '../../src/transport/connection.js'
import type { DialFailure } from '../../src/transport/transport.js'
import { type Agent as AgentOf, startProcess } from './agent.js'
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

export type Agent = AgentOf<Request, Answers>

/** @param launcher a command that starts another, to take privileges away, for instance. */
export function startAgent(namespace: Namespace, launcher: readonly string[] = []): Agent {
  return startProcess(namespace, 'tcp-agent-main.js', launcher)
}
