/** Messages of rtnetlink(7), as the kernel writes them: in this machine's order of octets. */
import { littleEndian } from '../../src/os/layouts.js'

/** Of a structure, in order: octets and number. */
export type Field = readonly [size: 1 | 2 | 4, value: number]
export type Attribute = readonly [type: number, value: Uint8Array]

export interface MessageParts {
  readonly type: number
  readonly flags?: number
  readonly sequence?: number
  readonly fields: readonly Field[]
  readonly attributes?: readonly Attribute[]
}

export function netlinkMessage({ type, flags = 0, sequence = 0, fields, attributes = [] }: MessageParts) {
  const body = Buffer.concat([
    ...fields.map(([size, value]) => integer(size, value)),
    ...attributes.flatMap(([attribute, value]) => [
      integer(2, 4 + value.length),
      integer(2, attribute),
      value,
      new Uint8Array(-value.length & 3),
    ]),
  ])
  const header: readonly Field[] = [
    [4, 16 + body.length],
    [2, type],
    [2, flags],
    [4, sequence],
    [4, 0],
  ]
  return Uint8Array.from(Buffer.concat([...header.map(([size, value]) => integer(size, value)), body]))
}

export function integer(size: 1 | 2 | 4, value: number): Uint8Array {
  const octets = new Uint8Array(size)
  const view = new DataView(octets.buffer)
  if (size === 1) view.setUint8(0, value)
  else if (size === 2) view.setUint16(0, value, littleEndian)
  else view.setUint32(0, value, littleEndian)
  return octets
}

/** A link as RTM_NEWLINK tells of it. */
export interface LinkParts {
  readonly index: number
  readonly name?: string
  readonly mac?: string
  readonly master?: number
  /** IFF_*; up, with carrier, where it is left out. */
  readonly flags?: number
  /** ARPHRD_*. */
  readonly hardware?: number
  /** AF_BRIDGE where a bridge tells of its port. */
  readonly family?: number
  readonly more?: readonly Attribute[]
}

const text = (value: string) => new TextEncoder().encode(`${value}\0`)
const octets = (mac: string) => Uint8Array.from(mac.split(':'), (octet) => Number.parseInt(octet, 16))

export function linkMessage(parts: LinkParts, type = 16): Uint8Array {
  const { index, name, mac, master, flags = 0x10043, hardware = 1, family = 0, more = [] } = parts
  return netlinkMessage({
    type,
    fields: [
      [1, family],
      [1, 0],
      [2, hardware],
      [4, index],
      [4, flags],
      [4, 0],
    ],
    attributes: [
      ...(name === undefined ? [] : [[3, text(name)] as const]),
      ...(mac === undefined ? [] : [[1, octets(mac)] as const]),
      ...(master === undefined ? [] : [[10, integer(4, master)] as const]),
      ...more,
    ],
  })
}

export interface AddressParts {
  readonly index: number
  readonly octets: Uint8Array
  readonly length: number
  /** IFA_F_*. */
  readonly flags?: number
  /** Of IPv4: IFA_ADDRESS is the other end's where a link has two ends. */
  readonly peer?: Uint8Array
}

export function addressMessage(parts: AddressParts, type = 20): Uint8Array {
  const { index, octets, length, flags = 0, peer } = parts
  const isIpv4 = octets.length === 4
  return netlinkMessage({
    type,
    fields: [
      [1, isIpv4 ? 2 : 10],
      [1, length],
      [1, flags & 0xff],
      [1, 0],
      [4, index],
    ],
    attributes: [[1, peer ?? octets], ...(isIpv4 ? [[2, octets] as const] : []), [8, integer(4, flags)]],
  })
}

export function forwardingMessage(index: number, forwarding: boolean, family = 10): Uint8Array {
  return netlinkMessage({
    type: 80,
    fields: [
      [1, family],
      [1, 0],
      [2, 0],
    ],
    attributes: [
      [1, integer(4, index)],
      [2, integer(4, forwarding ? 1 : 0)],
    ],
  })
}
