import type { Asn } from '../../../bgp/asn.js'
import { endOfRibOf } from '../../../bgp/codec/end-of-rib.js'
import { Framer } from '../../../bgp/codec/framer.js'
import { decodeMessage } from '../../../bgp/codec/message.js'
import type { Family } from '../../../bgp/family.js'
import type { Path } from '../../../bgp/path.js'
import type { ExportTarget } from '../../../bgp/rib/export.js'
import { LocRib } from '../../../bgp/rib/loc-rib.js'
import { Outbox } from '../../../bgp/rib/outbox.js'
import { UpdateGroups } from '../../../bgp/rib/update-group.js'
import type { Ipv4, Ipv6 } from '../../../net/ip.js'
import type { Prefix } from '../../../net/prefix.js'

export const families: readonly Family[] = ['ipv4/unicast', 'ipv6/unicast']

export const target: ExportTarget = {
  external: true,
  localAs: 65001 as Asn,
  fourOctetAs: true,
  families,
  extendedNextHop: [],
  maxMessageLength: 4096,
  service: 'in-service',
  nextHops: { ipv4: '10.0.0.11' as Ipv4, ipv6: '2001:db8::11' as Ipv6 },
}

export const path = (med?: number): Path => ({
  origin: 'igp',
  communities: [],
  asPathPrepend: 0,
  ...(med !== undefined && { med }),
})

/** A peer that believes what it is sent: prefix to MED, and what came in which order. */
export function peerOf(groups: UpdateGroups, to: ExportTarget = target) {
  const context = { ...to, enhancedRouteRefresh: true }
  const outbox = new Outbox(groups, to, context)
  const known = new Map<Prefix, number>()
  const needless: Prefix[] = []
  const log: string[] = []
  const read = (bytes: Uint8Array) => {
    const framer = new Framer()
    framer.push(bytes)
    for (let message = framer.next(); message; message = framer.next()) {
      const decoded = decodeMessage(message, context)
      if (decoded.kind === 'route-refresh') log.push(`refresh ${decoded.subtype}`)
      if (decoded.kind !== 'update') continue
      if (endOfRibOf(decoded)) log.push(`end-of-rib ${endOfRibOf(decoded)}`)
      const withdrawn = [
        ...decoded.withdrawn,
        ...decoded.attributes.flatMap((a) => (a.kind === 'mp-unreach' ? a.withdrawn : [])),
      ]
      const announced = [
        ...decoded.nlri,
        ...decoded.attributes.flatMap((a) => (a.kind === 'mp-reach' ? a.nlri : [])),
      ]
      const med = decoded.attributes.flatMap((a) => (a.kind === 'multi-exit-disc' ? [a.med] : []))[0] ?? -1
      for (const prefix of withdrawn) if (!known.delete(prefix)) needless.push(prefix)
      for (const prefix of announced) known.set(prefix, med)
      if (withdrawn.length > 0) log.push(`withdraw ${withdrawn.length}`)
      if (announced.length > 0) log.push(`announce ${announced.length}`)
    }
  }
  return {
    outbox,
    known,
    needless,
    log,
    /** Pulls this many parcels, or all there are. */
    pull(parcels = Number.POSITIVE_INFINITY) {
      let octets = 0
      for (let i = 0; i < parcels; i++) {
        const parcel = outbox.pull(true)
        if (parcel === undefined) break
        octets += parcel.bytes.length
        read(parcel.bytes)
      }
      return octets
    },
    moveTo(next: ExportTarget) {
      outbox.move(next)
    },
    close() {
      outbox.close()
    },
  }
}

/** @param slice changes worked through at a time; what is large comes in several. */
export function setUp(slice?: number) {
  const locRib = new LocRib(families)
  const groups = new UpdateGroups(locRib, slice === undefined ? {} : { slice })
  let precedence = 0
  const register = (terms: { med?: number; peers?: readonly string[]; name?: string } = {}) =>
    locRib.register({
      name: terms.name ?? 'pods',
      source: 'file',
      path: path(terms.med),
      precedence: precedence++,
      ...(terms.peers && { peers: terms.peers }),
    })
  return { locRib, groups, register }
}
