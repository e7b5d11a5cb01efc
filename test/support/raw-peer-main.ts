/** One rude BGP peer on real sockets, in a process of its own: see raw-peer.ts. */
import { createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { twoOctetAs } from '../../bgp/asn.js'
import { beforeNegotiation } from '../../bgp/codec/context.js'
import { encodeMessage } from '../../bgp/codec/message.js'
import { afiSafiOf, families } from '../../bgp/family.js'
import type { BgpIdentifier } from '../../bgp/identifier.js'
import type { Message } from '../../bgp/message.js'
import { type Ipv4, u32Of } from '../../net/ip.js'
import { ip, prefix } from './address.js'
import type { RawPeerEvent, RawPeerScript } from './raw-peer.js'

const script = JSON.parse(process.argv[2] ?? '{}') as RawPeerScript
const address = ip(script.address) as Ipv4
const context = { ...beforeNegotiation, families, fourOctetAs: true, external: true }
const flood = script.does === 'blast' ? routes(script.routes, script.perUpdate) : []

createServer({ noDelay: true }, serve).listen({ port: 179, host: address }, () => tell({ is: 'listening' }))

function serve(socket: Socket): void {
  tell({ is: 'connected' })
  const keepalive = setInterval(() => say(socket, { kind: 'keepalive' }), 1000)
  socket.on('error', () => undefined)
  socket.on('close', () => {
    clearInterval(keepalive)
    tell({ is: 'closed' })
  })
  let heard = Buffer.alloc(0)
  socket.on('data', (octets) => {
    heard = Buffer.concat([heard, octets])
    while (heard.length >= 19 && heard.length >= heard.readUInt16BE(16)) {
      const type = heard.readUInt8(18)
      heard = heard.subarray(heard.readUInt16BE(16))
      if (type === openType) say(socket, open(), { kind: 'keepalive' })
      if (type === notificationType) tell({ is: 'notified' })
      if (type === keepaliveType) void established(socket)
    }
  })
}

const openType = 1
const notificationType = 3
const keepaliveType = 4

const met = new WeakSet<Socket>()

async function established(socket: Socket): Promise<void> {
  if (met.has(socket)) return
  met.add(socket)
  tell({ is: 'established' })
  if (script.does === 'stop-reading') socket.pause()
  if (script.does !== 'blast') return
  await sleep(script.afterSeconds * 1000)
  tell({ is: 'blasting' })
  for (const update of flood) if (!socket.write(update)) await drained(socket)
  tell({ is: 'blasted' })
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('drain', resolve))
}

function say(socket: Socket, ...messages: readonly Message[]): void {
  for (const message of messages) socket.write(encodeMessage(message, context))
}

function open(): Message {
  return {
    kind: 'open',
    as: twoOctetAs(script.asn),
    holdTimeSeconds: script.holdTimeSeconds,
    identifier: u32Of(address) as BgpIdentifier,
    capabilities: [
      ...families.map((family) => ({ kind: 'multiprotocol' as const, family: afiSafiOf(family) })),
      { kind: 'four-octet-as', as: script.asn },
    ],
  }
}

/** UPDATEs joined to pieces of some 64 KiB; no two have the same attributes. */
function routes(count: number, perUpdate: number): readonly Buffer[] {
  const pieces: Buffer[] = []
  let messages: Uint8Array[] = []
  for (let first = 0; first < count; first += perUpdate) {
    const nlri = Array.from({ length: Math.min(perUpdate, count - first) }, (_, i) => nth(first + i))
    const update: Message = {
      kind: 'update',
      withdrawn: [],
      attributes: [
        { kind: 'origin', origin: 'igp' },
        { kind: 'as-path', segments: [{ kind: 'sequence', ases: [script.asn, 64512, 100_000 + first] }] },
        { kind: 'next-hop', nextHop: address },
      ],
      nlri,
    }
    messages.push(encodeMessage(update, context))
    if (messages.length * perUpdate >= 16_000) pieces.push(Buffer.concat(messages.splice(0)))
  }
  pieces.push(Buffer.concat(messages))
  messages = []
  return pieces
}

/** Of 20.0.0.0/8 and on: a /24 each. */
function nth(index: number) {
  const number = 20 * 2 ** 16 + index
  return prefix(`${number >>> 16}.${(number >>> 8) & 255}.${number & 255}.0/24`)
}

function tell(event: RawPeerEvent): void {
  process.stdout.write(`${JSON.stringify(event)}\n`)
}
