import t from 'tap'
import type { Asn } from '../../../bgp/asn.js'
import type { StandardCommunity } from '../../../bgp/community.js'
import { attributeBlock } from '../../../bgp/rib/attribute-block.js'
import type { ExportTarget } from '../../../bgp/rib/export.js'
import type { Ipv4 } from '../../../net/ip.js'

const nextHop = '10.0.0.11' as Ipv4
const target: ExportTarget = {
  external: true,
  localAs: 65001 as Asn,
  fourOctetAs: true,
  families: ['ipv4/unicast'],
  extendedNextHop: [],
  maxMessageLength: 65535,
  service: 'in-service',
  nextHops: { ipv4: nextHop },
}

t.test('an attribute that no length can say makes no block, and no exception', async (t) => {
  const block = (count: number) => {
    const communities = Array.from({ length: count }, (_, i) => i as StandardCommunity)
    return attributeBlock(
      'ipv4/unicast',
      { nextHop, attributes: [{ kind: 'communities', communities }] },
      target,
    )
  }
  t.ok(block(16_383), '65532 octets')
  t.equal(block(16_384), undefined, '65536 octets')
})
