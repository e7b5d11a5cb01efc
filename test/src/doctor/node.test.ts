import t from 'tap'
import type { Asn } from '../../../bgp/asn.js'
import { families } from '../../../bgp/family.js'
import type { BgpIdentifier } from '../../../bgp/identifier.js'
import { LocRib } from '../../../bgp/rib/loc-rib.js'
import type { BgpSettings } from '../../../config/settings.js'
import { Secret } from '../../../net/secret.js'
import type { Certainty, NodeCause } from '../../../src/control/api/doctor.js'
import { diagnoseNode, type NodeSigns } from '../../../src/doctor/node.js'
import { ip } from '../../support/address.js'
import { peerSettings, peerView, sessionView, speaker } from '../../support/peer-view.js'

const endpoint = { address: ip('0.0.0.0'), port: 179 }
const bgp: BgpSettings = {
  asn: 65001 as Asn,
  listen: { endpoints: [endpoint], explicit: false },
  peers: [peerSettings()],
  dynamicPeers: [],
}
const well: NodeSigns = {
  bgp,
  service: 'in-service',
  routerId: speaker.routerId,
  bound: [endpoint],
  unbound: [],
  portOwners: [],
  wallTime: '2026-03-01T10:00:00.000Z',
  peers: [],
}
const unbound = [
  { endpoint, text: 'cannot listen on 0.0.0.0:179: port 179 is in use', because: 'port 179 is in use' },
]
const keyed = { ...bgp, peers: [peerSettings({ password: new Secret('Sesame') })] }

interface Row {
  readonly name: string
  readonly signs: Partial<NodeSigns>
  readonly expected: readonly (readonly [Certainty, NodeCause])[]
  readonly text?: RegExp
}

const rows: readonly Row[] = [
  { name: 'nothing is wrong', signs: {}, expected: [] },
  {
    name: 'drained',
    signs: { service: 'drained' },
    expected: [['certain', 'drained']],
  },
  {
    name: 'another speaker has the port',
    signs: { bound: [], unbound, portOwners: [{ pid: 7, name: 'bird' }] },
    expected: [['certain', 'port-taken']],
    text: /^bird \(process 7\) listens on 0\.0\.0\.0:179/,
  },
  {
    name: 'the port cannot be had for another reason',
    signs: { bound: [], unbound },
    expected: [['certain', 'not-listening']],
    text: /only connects: cannot listen on/,
  },
  {
    name: 'one of two addresses is bound',
    signs: { unbound },
    expected: [['certain', 'not-listening']],
  },
  {
    name: 'to listen nowhere is allowed while this side calls',
    signs: { bgp: { ...bgp, listen: { endpoints: [], explicit: true } }, bound: [] },
    expected: [],
  },
  {
    name: 'to listen nowhere and wait',
    signs: {
      bgp: {
        ...bgp,
        listen: { endpoints: [], explicit: true },
        peers: [peerSettings({ passive: true })],
      },
      bound: [],
    },
    expected: [['certain', 'not-listening']],
    text: /waits for tor-1/,
  },
  {
    name: 'a privilege is missing for keys',
    signs: { bgp: keyed, privileges: new Set(['CAP_NET_BIND_SERVICE']) },
    expected: [['possible', 'privilege-missing']],
    text: /lacks CAP_NET_ADMIN/,
  },
  {
    name: 'a privilege is missing for the port',
    signs: { bound: [], unbound, privileges: new Set() },
    expected: [
      ['certain', 'not-listening'],
      ['possible', 'privilege-missing'],
    ],
  },
  { name: 'privileges that nothing needs', signs: { privileges: new Set() }, expected: [] },
  {
    name: 'a peer has our identifier',
    signs: {
      peers: [
        peerView({
          session: sessionView(new LocRib(families), {
            negotiated: { peerIdentifier: 0x0a00000b as BgpIdentifier },
          }),
        }),
      ],
    },
    expected: [['possible', 'router-id-shared']],
    text: /tor-1 has the BGP identifier of this node, 10\.0\.0\.11/,
  },
  {
    name: 'the clock was never set',
    signs: { wallTime: '1970-01-01T00:00:07.000Z' },
    expected: [['certain', 'clock-wrong']],
  },
]

t.ok(rows.length > 0)
for (const { name, signs, expected, text } of rows) {
  t.test(name, async (t) => {
    const diagnoses = diagnoseNode({ ...well, ...signs })
    t.same(
      diagnoses.map(({ certainty, cause }) => [certainty, cause]),
      expected,
    )
    if (text !== undefined) t.match(diagnoses[0]?.text, text)
  })
}

t.test('a node without BGP need not listen', async (t) => {
  const { bgp: _, ...without } = well
  t.same(diagnoseNode({ ...without, bound: [] }), [])
})
