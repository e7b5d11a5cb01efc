import type { ByteReader } from '../../../net/bytes.js'
import { type Ipv4, ipv4FromU32, u32Of } from '../../../net/ip.js'
import { fromExternal, type KnownRow, OPTIONAL_NON_TRANSITIVE } from './row.js'

/** RFC 4456 §8. */
export const originatorId: KnownRow<'originator-id'> = {
  kind: 'originator-id',
  code: 9,
  name: 'ORIGINATOR_ID',
  flags: OPTIONAL_NON_TRANSITIVE,
  malformed: 'treat-as-withdraw',
  unwelcome: fromExternal,
  decode: (value) =>
    value.left === 4 ? { kind: 'originator-id', originator: ipv4FromU32(value.u32()) } : 'wrong-length',
  encode(writer, attribute) {
    writer.u32(u32Of(attribute.originator))
  },
}

/** RFC 4456 §8. */
export const clusterList: KnownRow<'cluster-list'> = {
  kind: 'cluster-list',
  code: 10,
  name: 'CLUSTER_LIST',
  flags: OPTIONAL_NON_TRANSITIVE,
  malformed: 'treat-as-withdraw',
  unwelcome: fromExternal,
  decode(value) {
    if (value.left === 0 || value.left % 4 !== 0) return 'wrong-length'
    return { kind: 'cluster-list', clusters: readClusters(value) }
  },
  encode(writer, attribute) {
    for (const cluster of attribute.clusters) writer.u32(u32Of(cluster))
  },
}

function readClusters(value: ByteReader): readonly Ipv4[] {
  return Array.from({ length: value.left / 4 }, () => ipv4FromU32(value.u32()))
}
