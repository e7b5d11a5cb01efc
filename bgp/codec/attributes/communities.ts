import type { ByteReader } from '../../../net/bytes.js'
import type { ExtendedCommunity, LargeCommunity, StandardCommunity } from '../../community.js'
import { type KnownRow, OPTIONAL_TRANSITIVE } from './row.js'

/** RFC 1997; RFC 7606 §7.8. */
export const communities: KnownRow<'communities'> = {
  kind: 'communities',
  code: 8,
  name: 'COMMUNITIES',
  flags: OPTIONAL_TRANSITIVE,
  malformed: 'treat-as-withdraw',
  decode(value) {
    if (!holds(value, 4)) return 'wrong-length'
    return { kind: 'communities', communities: readEach(value, 4, () => value.u32() as StandardCommunity) }
  },
  encode(writer, attribute) {
    for (const community of attribute.communities) writer.u32(community)
  },
}

/** RFC 4360; RFC 7606 §7.14. */
export const extendedCommunities: KnownRow<'extended-communities'> = {
  kind: 'extended-communities',
  code: 16,
  name: 'EXTENDED COMMUNITIES',
  flags: OPTIONAL_TRANSITIVE,
  malformed: 'treat-as-withdraw',
  decode(value) {
    if (!holds(value, 8)) return 'wrong-length'
    return { kind: 'extended-communities', communities: readEach(value, 8, () => extended(value)) }
  },
  encode(writer, attribute) {
    for (const community of attribute.communities) writer.u64(BigInt(`0x${community}`))
  },
}

/** RFC 8092 §3, §6. */
export const largeCommunities: KnownRow<'large-communities'> = {
  kind: 'large-communities',
  code: 32,
  name: 'LARGE_COMMUNITY',
  flags: OPTIONAL_TRANSITIVE,
  malformed: 'treat-as-withdraw',
  decode(value) {
    if (!holds(value, 12)) return 'wrong-length'
    return { kind: 'large-communities', communities: readEach(value, 12, () => large(value)) }
  },
  encode(writer, attribute) {
    for (const community of attribute.communities) {
      for (const part of community.split(':')) writer.u32(Number(part))
    }
  },
}

/** Whether the value is one or more communities of `size` octets. */
function holds(value: ByteReader, size: number): boolean {
  return value.left > 0 && value.left % size === 0
}

function readEach<T>(value: ByteReader, size: number, read: () => T): readonly T[] {
  return Array.from({ length: value.left / size }, read)
}

function extended(value: ByteReader): ExtendedCommunity {
  return value.u64().toString(16).padStart(16, '0') as ExtendedCommunity
}

function large(value: ByteReader): LargeCommunity {
  return `${value.u32()}:${value.u32()}:${value.u32()}` as LargeCommunity
}
