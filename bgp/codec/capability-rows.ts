import type { ByteReader, ByteWriter } from '../../net/bytes.js'
import type { Capability } from '../capability.js'
import type { AfiSafi } from '../family.js'

export type CapabilityKind = Capability['kind']
export type CapabilityOf<K extends CapabilityKind> = Extract<Capability, { readonly kind: K }>
export type KnownCapabilityKind = Exclude<CapabilityKind, 'unknown'>

/** Everything the codec knows of one capability: adding a capability is adding a row. */
export interface CapabilityRow<K extends KnownCapabilityKind> {
  readonly kind: K
  readonly code: number
  /**
   * What to do with one whose length is wrong; no RFC says. Where it decides how later messages are written, two
   * speakers that read it differently would misread each other's UPDATEs: refused. Where it only informs, it counts
   * as not offered: ignored, that is, kept as an unknown capability.
   */
  readonly malformed: 'refuse' | 'ignore'
  /** Over the value alone. A ShortRead, and octets left over, mean a wrong length. */
  readonly decode: (value: ByteReader) => CapabilityOf<K>
  /** The value alone. */
  readonly encode: (writer: ByteWriter, capability: CapabilityOf<K>) => void
}

/** Restart Flags R and N beside twelve bits of seconds, and F of a family (RFC 4724 §3, RFC 8538 §2). */
const RESTARTED = 0x8000
const NOTIFICATION = 0x4000
const MAX_RESTART_TIME = 0x0fff
const FORWARDING = 0x80

/** RFC 4760 §8. */
const multiprotocol: CapabilityRow<'multiprotocol'> = {
  kind: 'multiprotocol',
  code: 1,
  malformed: 'refuse',
  decode(value) {
    const afi = value.u16()
    value.u8() // Reserved
    return { kind: 'multiprotocol', family: { afi, safi: value.u8() } }
  },
  encode(writer, { family }) {
    writer.u16(family.afi).u8(0).u8(family.safi)
  },
}

/** RFC 2918 §2. */
const routeRefresh: CapabilityRow<'route-refresh'> = {
  kind: 'route-refresh',
  code: 2,
  malformed: 'ignore',
  decode: () => ({ kind: 'route-refresh' }),
  encode() {},
}

/** RFC 8950 §4: the SAFI takes two octets here. */
const extendedNextHop: CapabilityRow<'extended-next-hop'> = {
  kind: 'extended-next-hop',
  code: 5,
  malformed: 'refuse',
  decode: (value) => ({
    kind: 'extended-next-hop',
    tuples: each(value, () => ({
      nlri: { afi: value.u16(), safi: value.u16() },
      nextHopAfi: value.u16(),
    })),
  }),
  encode(writer, { tuples }) {
    for (const { nlri, nextHopAfi } of tuples) writer.u16(nlri.afi).u16(nlri.safi).u16(nextHopAfi)
  },
}

/** RFC 8654 §3. */
const extendedMessage: CapabilityRow<'extended-message'> = {
  kind: 'extended-message',
  code: 6,
  malformed: 'refuse',
  decode: () => ({ kind: 'extended-message' }),
  encode() {},
}

/** RFC 9234 §4.1. */
const role: CapabilityRow<'role'> = {
  kind: 'role',
  code: 9,
  malformed: 'ignore',
  decode: (value) => ({ kind: 'role', role: value.u8() }),
  encode(writer, capability) {
    writer.u8(capability.role)
  },
}

/** RFC 4724 §3, RFC 8538 §2. */
const gracefulRestart: CapabilityRow<'graceful-restart'> = {
  kind: 'graceful-restart',
  code: 64,
  malformed: 'ignore',
  decode(value) {
    const head = value.u16()
    return {
      kind: 'graceful-restart',
      restarted: (head & RESTARTED) !== 0,
      notification: (head & NOTIFICATION) !== 0,
      restartTimeSeconds: head & MAX_RESTART_TIME,
      families: each(value, () => ({
        family: readFamily(value),
        forwardingPreserved: (value.u8() & FORWARDING) !== 0,
      })),
    }
  },
  encode(writer, { restarted, notification, restartTimeSeconds, families }) {
    const flags = (restarted ? RESTARTED : 0) | (notification ? NOTIFICATION : 0)
    writer.u16(flags | (restartTimeSeconds & MAX_RESTART_TIME))
    for (const { family, forwardingPreserved } of families) {
      writeFamily(writer, family).u8(forwardingPreserved ? FORWARDING : 0)
    }
  },
}

/** RFC 6793 §3. */
const fourOctetAs: CapabilityRow<'four-octet-as'> = {
  kind: 'four-octet-as',
  code: 65,
  malformed: 'refuse',
  decode: (value) => ({ kind: 'four-octet-as', as: value.u32() }),
  encode(writer, { as }) {
    writer.u32(as)
  },
}

/** RFC 7911 §4. herald never offers it, so what a peer writes there decides nothing. */
const addPath: CapabilityRow<'add-path'> = {
  kind: 'add-path',
  code: 69,
  malformed: 'ignore',
  decode: (value) => ({
    kind: 'add-path',
    families: each(value, () => ({ family: readFamily(value), mode: value.u8() })),
  }),
  encode(writer, { families }) {
    for (const { family, mode } of families) writeFamily(writer, family).u8(mode)
  },
}

/** RFC 7313 §3.1. */
const enhancedRouteRefresh: CapabilityRow<'enhanced-route-refresh'> = {
  kind: 'enhanced-route-refresh',
  code: 70,
  malformed: 'ignore',
  decode: () => ({ kind: 'enhanced-route-refresh' }),
  encode() {},
}

/** RFC 9494 §3.1. */
const longLivedGracefulRestart: CapabilityRow<'long-lived-graceful-restart'> = {
  kind: 'long-lived-graceful-restart',
  code: 71,
  malformed: 'ignore',
  decode: (value) => ({
    kind: 'long-lived-graceful-restart',
    families: each(value, () => ({
      family: readFamily(value),
      forwardingPreserved: (value.u8() & FORWARDING) !== 0,
      staleTimeSeconds: value.u24(),
    })),
  }),
  encode(writer, { families }) {
    for (const { family, forwardingPreserved, staleTimeSeconds } of families) {
      writeFamily(writer, family)
        .u8(forwardingPreserved ? FORWARDING : 0)
        .u24(staleTimeSeconds)
    }
  },
}

/** draft-walton-bgp-hostname-capability: two texts, each with its length. */
const fqdn: CapabilityRow<'fqdn'> = {
  kind: 'fqdn',
  code: 73,
  malformed: 'ignore',
  decode: (value) => ({ kind: 'fqdn', hostname: readText(value), domain: readText(value) }),
  encode(writer, { hostname, domain }) {
    writeText(writer, hostname)
    writeText(writer, domain)
  },
}

/** A kind without a row does not compile. */
export const capabilityRows: { readonly [K in KnownCapabilityKind]: CapabilityRow<K> } = {
  multiprotocol,
  'route-refresh': routeRefresh,
  'extended-next-hop': extendedNextHop,
  'extended-message': extendedMessage,
  role,
  'graceful-restart': gracefulRestart,
  'four-octet-as': fourOctetAs,
  'add-path': addPath,
  'enhanced-route-refresh': enhancedRouteRefresh,
  'long-lived-graceful-restart': longLivedGracefulRestart,
  fqdn,
}

function each<T>(value: ByteReader, read: () => T): readonly T[] {
  const items: T[] = []
  while (value.left > 0) items.push(read())
  return items
}

function readFamily(value: ByteReader): AfiSafi {
  return { afi: value.u16(), safi: value.u8() }
}

function writeFamily(writer: ByteWriter, { afi, safi }: AfiSafi): ByteWriter {
  return writer.u16(afi).u8(safi)
}

/** Octets that are no UTF-8 become U+FFFD: the text is for people only. */
function readText(value: ByteReader): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(value.bytes(value.u8()))
}

function writeText(writer: ByteWriter, text: string): void {
  writer.lengthPrefixed(8, () => writer.bytes(new TextEncoder().encode(text)))
}
