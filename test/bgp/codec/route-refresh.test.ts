import t from 'tap'
import type { CodecContext } from '../../../bgp/codec/context.js'
import { decodeMessage } from '../../../bgp/codec/message.js'
import type { Fault } from '../../../bgp/fault.js'
import type { RouteRefresh } from '../../../bgp/message.js'
import { external, faultOf, framed } from './wire.js'

const plain: CodecContext = { ...external, enhancedRouteRefresh: false }
const ipv4 = { afi: 1, safi: 1 }

const read: readonly {
  name: string
  context: CodecContext
  body: string
  subtype: RouteRefresh['subtype']
}[] = [
  { name: 'a request', context: plain, body: '0001 00 01', subtype: 'request' },
  {
    name: 'the reserved octet is ignored without RFC 7313 (RFC 2918 §3)',
    context: plain,
    body: '0001 01 01',
    subtype: 'request',
  },
  {
    name: 'an ORF behind it is skipped (RFC 5291)',
    context: plain,
    body: `0001 00 01 01 80 0fe5 ${'00'.repeat(4069)}`,
    subtype: 'request',
  },
  {
    name: 'an ORF behind a request with RFC 7313',
    context: external,
    body: '0001 00 01 ff',
    subtype: 'request',
  },
  {
    name: 'a subtype that nobody defined, of any length',
    context: external,
    body: '0001 03 01 ff',
    subtype: 3,
  },
]

t.ok(read.length > 0, 'there are messages')
for (const { name, context, body, subtype } of read) {
  t.test(name, async (t) => {
    t.strictSame(decodeMessage(framed('route-refresh', body), context), {
      kind: 'route-refresh',
      family: ipv4,
      subtype,
    })
  })
}

const faults: readonly { name: string; context: CodecContext; body: string; kind: Fault['kind'] }[] = [
  { name: 'nothing at all', context: plain, body: '', kind: 'bad-message-length' },
  { name: 'three octets', context: plain, body: '0001 00', kind: 'bad-message-length' },
  {
    name: 'three octets with RFC 7313',
    context: external,
    body: '0001 00',
    kind: 'bad-route-refresh-length',
  },
  {
    name: 'BoRR with an octet more',
    context: external,
    body: '0001 01 01 00',
    kind: 'bad-route-refresh-length',
  },
  {
    name: 'EoRR with an octet more',
    context: external,
    body: '0001 02 01 00',
    kind: 'bad-route-refresh-length',
  },
]

t.ok(faults.length > 0, 'there are faults')
for (const { name, context, body, kind } of faults) {
  t.test(`${name}: ${kind}`, async (t) => {
    t.match(
      faultOf(() => decodeMessage(framed('route-refresh', body), context)),
      { kind },
    )
  })
}

t.test('the whole message goes back (RFC 7313 §5)', async (t) => {
  const bytes = framed('route-refresh', '0001 01 01 00')
  t.strictSame(
    faultOf(() => decodeMessage(bytes, external)),
    {
      kind: 'bad-route-refresh-length',
      message: bytes,
    },
  )
})
