/** What a run of the LAN bench has found: the JSON that it writes, and what its tables are made of. */
import type { Machine } from '../machine.js'

export interface LanResults {
  readonly form: 'lan'
  readonly machine: Machine
  readonly quick: boolean
  readonly versions: { readonly herald: string; readonly keepalived?: string }
  /** Of the machine before each part. */
  readonly loads: readonly number[]
  latency?: readonly LatencyRow[]
  flood?: readonly FloodRow[]
  busy?: readonly LatencyRow[]
  failover?: readonly OutageRow[]
  handOver?: readonly OutageRow[]
  split?: readonly SplitRow[]
  links?: readonly LinkRow[]
}

/** From a question to its answer, in microseconds. */
export interface Latency {
  readonly count: number
  readonly lost: number
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly p999: number
  readonly max: number
}

export interface LatencyRow extends Latency {
  readonly responder: string
  readonly pace: string
}

export interface FloodRow {
  readonly responder: string
  readonly asked: number
  readonly answered: number
  readonly seconds: number
}

/** Per trial: the longest time without an answer in milliseconds, and the questions that were never answered. */
export interface OutageRow {
  readonly what: string
  readonly nodes: number
  readonly router: string
  readonly arp: readonly number[]
  readonly udp: readonly number[]
  readonly lostArp: readonly number[]
  readonly lostUdp: readonly number[]
  /** ARP questions that two nodes answered. */
  readonly twice: readonly number[]
  /** The longest time without an answer while nothing happened, per trial: the noise of the machine. */
  readonly quiet: readonly number[]
}

/** Milliseconds from the first question that both nodes heard again, per trial. */
export interface SplitRow {
  readonly router: string
  /** To the last ARP question that two nodes answered. */
  readonly oneOwner: readonly number[]
  /** To the last UDP question that the node which gave way was sent. */
  readonly table: readonly number[]
}

/** Milliseconds from the command to the first answer, per trial. */
export interface LinkRow {
  readonly what: string
  readonly router: string
  readonly ms: readonly number[]
}
