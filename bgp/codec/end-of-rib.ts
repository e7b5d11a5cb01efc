import { afiSafiOf, type Family, familyOf } from '../family.js'
import type { Update } from '../message.js'
import type { ReceivedUpdate } from './update.js'

/** RFC 4724 §2: an empty UPDATE for IPv4 unicast, an empty MP_UNREACH_NLRI for any other family. */
export function endOfRib(family: Family): Update {
  const attributes: Update['attributes'] =
    family === 'ipv4/unicast' ? [] : [{ kind: 'mp-unreach', family: afiSafiOf(family), withdrawn: [] }]
  return { kind: 'update', withdrawn: [], attributes, nlri: [] }
}

/**
 * The family whose End-of-RIB this is; for IPv4 unicast either form. One that lost something to RFC 7606 is none: it
 * was not empty on the wire.
 */
export function endOfRibOf(update: ReceivedUpdate): Family | undefined {
  const [attribute, ...others] = update.attributes
  if (update.outcome !== 'accept' || others.length > 0) return undefined
  if (update.withdrawn.length > 0 || update.nlri.length > 0) return undefined
  if (attribute === undefined) return 'ipv4/unicast'
  if (attribute.kind !== 'mp-unreach' || attribute.withdrawn.length > 0) return undefined
  return familyOf(attribute.family)
}
