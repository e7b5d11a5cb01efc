import { twoOctetAs } from '../../bgp/asn.js'
import { beforeNegotiation, type CodecContext } from '../../bgp/codec/context.js'
import { Framer } from '../../bgp/codec/framer.js'
import { decodeMessage, encodeMessage, type ReceivedMessage } from '../../bgp/codec/message.js'
import { afiSafiOf, type Family, families, familyOf } from '../../bgp/family.js'
import type { BgpIdentifier } from '../../bgp/identifier.js'
import type { Message, Notification, Open } from '../../bgp/message.js'
import { isIpv4, u32Of } from '../../net/ip.js'
import { Secret } from '../../net/secret.js'
import type { CloseReason } from '../../src/transport/connection.js'
import type { Transport } from '../../src/transport/transport.js'
import { ip, prefix } from './address.js'
import type { MemoryConnection } from './memory-pair.js'
import type { MemoryWorld } from './memory-world.js'

/** What the peer says and does by itself; a test says and does the rest. */
export interface Script {
  readonly asn?: number
  readonly holdTimeSeconds?: number
  readonly families?: readonly Family[]
  /** Beside the families and the AS number. */
  readonly capabilities?: Open['capabilities']
  /** Its OPEN at once, a KEEPALIVE to each OPEN and KEEPALIVE; false: nothing. */
  readonly polite?: boolean
  /** The TCP MD5 key on its side. */
  readonly key?: string
  /** False: it refuses connections. */
  readonly listens?: boolean
}

/** A router of which a test decides every message. */
export interface ScriptedPeer {
  /** Every connection so far, whoever opened it, oldest first. */
  readonly calls: readonly ScriptedCall[]
  /** The newest. @throws when there is none */
  readonly call: ScriptedCall
  /** Opens a connection; it is among `calls` once it stands, if it ever does. */
  dial(to: string): void
}

export function scriptedPeer(world: MemoryWorld, address: string, script: Script = {}): ScriptedPeer {
  const transport: Transport = world.network.host(ip(address))
  const calls: ScriptedCall[] = []
  const key = script.key === undefined ? undefined : new Secret(script.key)
  if (script.listens !== false) {
    transport.listen({
      endpoints: [{ address: ip(address), port: 179 }],
      // Of whoever calls: one key for all.
      ...(key !== undefined && { keys: [{ peers: everybody, key }] }),
      onIncoming: (incoming) => {
        const accepted = incoming.accept({ ttl: 1 })
        if (accepted.ok) calls.push(new ScriptedCall(accepted.value as MemoryConnection, address, script))
      },
    })
  }
  return {
    calls,
    get call() {
      const newest = calls.at(-1)
      if (newest === undefined) throw new Error(`nobody has called ${address}`)
      return newest
    },
    dial: (to) => {
      transport.dial(
        { remote: { address: ip(to), port: 179 }, ttl: 1, timeoutMs: 60_000, ...(key && { key }) },
        (outcome) => {
          if (outcome.is !== 'connected') return
          calls.push(new ScriptedCall(outcome.connection as MemoryConnection, address, script))
        },
      )
    },
  }
}

/** One connection of the peer's. */
export class ScriptedCall {
  readonly connection: MemoryConnection
  /** All that came, oldest first. */
  readonly messages: ReceivedMessage[] = []
  /** Octets that came, and that were sent. */
  readonly octets = { received: 0, sent: 0 }
  /** Present when the connection is over. */
  closed: CloseReason | undefined
  readonly #open: Open
  readonly #polite: boolean
  readonly #framer = new Framer()
  /** What both OPENs agree on, as far as messages are read and written by it. */
  #context: CodecContext = beforeNegotiation

  constructor(connection: MemoryConnection, address: string, script: Script) {
    this.connection = connection
    this.#open = openOf(address, script)
    this.#polite = script.polite !== false
    connection.open({
      onBytes: (bytes) => this.#read(bytes),
      onDrain: () => undefined,
      onClosed: (reason) => {
        this.closed = reason
      },
    })
    if (this.#polite) this.open()
  }

  get kinds(): readonly string[] {
    return this.messages.map(({ kind }) => kind)
  }

  get notifications(): readonly Notification[] {
    return this.messages.filter((message) => message.kind === 'notification')
  }

  get updates(): readonly Extract<ReceivedMessage, { kind: 'update' }>[] {
    return this.messages.filter((message) => message.kind === 'update')
  }

  /** 'PREFIX' of each that is announced and not withdrawn as far as this peer has been told. */
  get routes(): readonly string[] {
    const known = new Set<string>()
    for (const { withdrawn, nlri, attributes } of this.updates) {
      for (const gone of withdrawn) known.delete(gone)
      for (const each of attributes) {
        if (each.kind === 'mp-unreach') for (const gone of each.withdrawn) known.delete(gone)
        if (each.kind === 'mp-reach') for (const come of each.nlri) known.add(come)
      }
      for (const come of nlri) known.add(come)
    }
    return [...known].sort()
  }

  /** Sends its OPEN. @param change what it says otherwise than the script */
  open(change: Partial<Open> = {}): void {
    this.send({ ...this.#open, ...change })
  }

  send(message: Message): void {
    this.sendOctets(encodeMessage(message, this.#context))
  }

  sendOctets(octets: Uint8Array): void {
    this.octets.sent += octets.length
    this.connection.write(octets)
  }

  /** Announces IPv4 prefixes with itself as next hop. */
  announce(...prefixes: readonly string[]): void {
    const { address } = this.connection.local
    if (!isIpv4(address)) throw new Error('IPv4 sessions only')
    this.send({
      kind: 'update',
      withdrawn: [],
      attributes: [
        { kind: 'origin', origin: 'igp' },
        { kind: 'as-path', segments: [{ kind: 'sequence', ases: [statedAs(this.#open)] }] },
        { kind: 'next-hop', nextHop: address },
      ],
      nlri: prefixes.map(prefix),
    })
  }

  withdraw(...prefixes: readonly string[]): void {
    this.send({ kind: 'update', withdrawn: prefixes.map(prefix), attributes: [], nlri: [] })
  }

  #read(bytes: Uint8Array): void {
    this.octets.received += bytes.length
    this.#framer.push(bytes)
    for (let next = this.#framer.next(); next !== undefined; next = this.#framer.next()) {
      const message = decodeMessage(next, this.#context)
      this.messages.push(message)
      if (message.kind === 'open') {
        this.#context = contextOf(this.#open, message)
        this.#framer.raiseLimit(this.#context.maxMessageLength)
      }
      const answers = message.kind === 'open' || message.kind === 'keepalive'
      if (this.#polite && answers) this.send({ kind: 'keepalive' })
    }
  }
}

const everybody = prefix('0.0.0.0/0')

function openOf(address: string, script: Script): Open {
  const { asn = 65000, holdTimeSeconds = 90, capabilities = [] } = script
  const from = ip(address)
  if (!isIpv4(from)) throw new Error('IPv4 peers only')
  return {
    kind: 'open',
    as: twoOctetAs(asn),
    holdTimeSeconds,
    identifier: u32Of(from) as BgpIdentifier,
    capabilities: [
      ...(script.families ?? families).map((family) => ({
        kind: 'multiprotocol' as const,
        family: afiSafiOf(family),
      })),
      { kind: 'four-octet-as', as: asn },
      ...capabilities,
    ],
  }
}

function statedAs(open: Open): number {
  return open.capabilities.find((capability) => capability.kind === 'four-octet-as')?.as ?? open.as
}

/** As bgp/negotiate.ts does it, from the other side and without judging. */
function contextOf(ours: Open, theirs: Open): CodecContext {
  const both = (kind: Open['capabilities'][number]['kind']) =>
    [ours, theirs].every(({ capabilities }) => capabilities.some((capability) => capability.kind === kind))
  const offered = ours.capabilities.flatMap((capability) =>
    capability.kind === 'multiprotocol' ? (familyOf(capability.family) ?? []) : [],
  )
  return {
    external: statedAs(ours) !== statedAs(theirs),
    families: offered,
    fourOctetAs: both('four-octet-as'),
    extendedNextHop: [],
    enhancedRouteRefresh: both('enhanced-route-refresh'),
    maxMessageLength: both('extended-message') ? 65535 : 4096,
  }
}
