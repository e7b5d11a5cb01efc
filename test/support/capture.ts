/** What went over the wire, decoded by somebody else: recorded by tcpdump, read by tshark. */
import { run } from './command.js'
import type { Namespace } from './netns.js'
import { startTcpdump } from './tcpdump.js'
import { type Complaint, complaintsOf, expertFields, type FieldsOf, readFields } from './tshark.js'

export type MessageKind = 'open' | 'update' | 'notification' | 'keepalive' | 'route-refresh'

/** One BGP message, cut out of its TCP stream by the length in its header. */
export interface CapturedMessage {
  readonly from: string
  readonly to: string
  /** tshark's number of the connection. */
  readonly stream: number
  readonly kind: MessageKind | undefined
  readonly bytes: Uint8Array
}

export interface Recording {
  readonly messages: readonly CapturedMessage[]
  readonly complaints: readonly Complaint[]
  /** Messages that tshark dissected, by sender: proof that it has looked at all of them. */
  readonly dissected: ReadonlyMap<string, number>
  /** Bytes of TCP payload, by sender; what was sent twice (a retransmission) counts once. */
  readonly payload: ReadonlyMap<string, number>
}

export interface Capture {
  /** Ends the capture and decodes it. */
  readonly stop: () => Promise<Recording>
}

/** Captures BGP on one interface of a namespace, from the moment the returned promise resolves. */
export async function startCapture(namespace: Namespace, name: string, port = 179): Promise<Capture> {
  const tcpdump = await startTcpdump(namespace, name, `tcp port ${port}`)
  return { stop: async () => decode(await tcpdump.stop(), port) }
}

async function decode(file: string, port: number): Promise<Recording> {
  const frames = await readFrames(file, port)
  const streams = [...new Set(frames.map(({ stream }) => stream))]
  const messages = await Promise.all(streams.map((stream) => follow(file, port, stream)))
  const dissected = new Map<string, number>()
  for (const { from, kinds } of frames) dissected.set(from, (dissected.get(from) ?? 0) + kinds)
  return {
    messages: messages.flat(),
    complaints: frames.flatMap(({ complaints }) => complaints),
    dissected,
    payload: payloads(frames),
  }
}

/** By how far each stream's sequence numbers went, and not by adding up: a segment may come twice. */
function payloads(frames: readonly Frame[]): ReadonlyMap<string, number> {
  const ends = new Map<string, { readonly from: string; readonly end: number }>()
  for (const { from, stream, sequence, bytes } of frames) {
    if (bytes === 0) continue
    const way = `${from} ${stream}`
    // The SYN has number 0.
    ends.set(way, { from, end: Math.max(ends.get(way)?.end ?? 0, sequence + bytes - 1) })
  }
  const payload = new Map<string, number>()
  for (const { from, end } of ends.values()) payload.set(from, (payload.get(from) ?? 0) + end)
  return payload
}

interface Frame {
  readonly from: string
  readonly stream: number
  /** Relative to the stream's first. */
  readonly sequence: number
  readonly bytes: number
  /** BGP messages that end in this frame. */
  readonly kinds: number
  readonly complaints: readonly Complaint[]
}

const fields = [
  'ip.src',
  'ipv6.src',
  'tcp.stream',
  'tcp.seq',
  'tcp.len',
  'bgp.type',
  ...expertFields,
] as const

async function readFrames(file: string, port: number): Promise<readonly Frame[]> {
  const rows = await readFields(file, asBgp(port), fields)
  return rows.map((row: FieldsOf<(typeof fields)[number]>): Frame => {
    const from = row['ip.src'][0] ?? row['ipv6.src'][0] ?? ''
    return {
      from,
      stream: Number(row['tcp.stream'][0]),
      sequence: Number(row['tcp.seq'][0] ?? 0),
      bytes: Number(row['tcp.len'][0] ?? 0),
      kinds: row['bgp.type'].length,
      complaints: complaintsOf(row, from),
    }
  })
}

function asBgp(port: number): string[] {
  return ['-n', '-d', `tcp.port==${port},bgp`, '-o', 'tcp.desegment_tcp_streams:TRUE']
}

/** The reassembled payload of both directions; tshark indents what the second node said. */
async function follow(file: string, port: number, stream: number): Promise<CapturedMessage[]> {
  const printed = await run(['tshark', '-r', file, ...asBgp(port), '-q', '-z', `follow,tcp,raw,${stream}`])
  const node = (index: number): string => {
    const address = new RegExp(`^Node ${index}: (.*):\\d+$`, 'm').exec(printed)?.[1] ?? ''
    return address.replace(/^\[(.*)\]$/, '$1')
  }
  const [first, second] = [node(0), node(1)]
  const hex = (pattern: RegExp): Buffer =>
    Buffer.from((printed.match(pattern) ?? []).join('').replace(/\s/g, ''), 'hex')
  return [
    ...cut(hex(/^[0-9a-f]+$/gm), { from: first, to: second, stream }),
    ...cut(hex(/^\t[0-9a-f]+$/gm), { from: second, to: first, stream }),
  ]
}

const headerLength = 19

function cut(bytes: Buffer, ends: Pick<CapturedMessage, 'from' | 'to' | 'stream'>): CapturedMessage[] {
  const messages: CapturedMessage[] = []
  for (let at = 0; at + headerLength <= bytes.length; ) {
    const length = Math.max(bytes.readUInt16BE(at + 16), headerLength)
    messages.push({ ...ends, kind: kinds[bytes.readUInt8(at + 18)], bytes: bytes.subarray(at, at + length) })
    at += length
  }
  return messages
}

const kinds: Readonly<Record<number, MessageKind>> = {
  1: 'open',
  2: 'update',
  3: 'notification',
  4: 'keepalive',
  5: 'route-refresh',
}
