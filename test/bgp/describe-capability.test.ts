import t from 'tap'
import type { Capability } from '../../bgp/capability.js'
import { describeCapability } from '../../bgp/describe-capability.js'
import { hex } from '../support/hex.js'

const ipv4 = { afi: 1, safi: 1 }
const ipv6 = { afi: 2, safi: 1 }

const rows: readonly { capability: Capability; words: string }[] = [
  { capability: { kind: 'multiprotocol', family: ipv4 }, words: 'multiprotocol ipv4/unicast' },
  {
    capability: { kind: 'multiprotocol', family: { afi: 25, safi: 70 } },
    words: 'multiprotocol AFI 25, SAFI 70',
  },
  { capability: { kind: 'route-refresh' }, words: 'route refresh' },
  {
    capability: { kind: 'extended-next-hop', tuples: [{ nlri: ipv4, nextHopAfi: 2 }] },
    words: 'extended next hop ipv4/unicast via AFI 2',
  },
  { capability: { kind: 'extended-message' }, words: 'extended message' },
  { capability: { kind: 'role', role: 3 }, words: 'role customer' },
  { capability: { kind: 'role', role: 9 }, words: 'role 9' },
  {
    capability: {
      kind: 'graceful-restart',
      restarted: true,
      notification: true,
      restartTimeSeconds: 120,
      families: [
        { family: ipv4, forwardingPreserved: true },
        { family: ipv6, forwardingPreserved: false },
      ],
    },
    words:
      'graceful restart 120 s, restarted, NOTIFICATION support: ipv4/unicast (forwarding preserved); ipv6/unicast',
  },
  {
    capability: {
      kind: 'graceful-restart',
      restarted: false,
      notification: false,
      restartTimeSeconds: 0,
      families: [],
    },
    words: 'graceful restart as helper only',
  },
  { capability: { kind: 'four-octet-as', as: 4200000000 }, words: 'four-octet AS 4200000000' },
  {
    capability: {
      kind: 'add-path',
      families: [
        { family: ipv4, mode: 3 },
        { family: ipv6, mode: 7 },
      ],
    },
    words: 'ADD-PATH ipv4/unicast send and receive; ipv6/unicast mode 7',
  },
  { capability: { kind: 'enhanced-route-refresh' }, words: 'enhanced route refresh' },
  {
    capability: {
      kind: 'long-lived-graceful-restart',
      families: [{ family: ipv4, forwardingPreserved: false, staleTimeSeconds: 86400 }],
    },
    words: 'long-lived graceful restart ipv4/unicast 86400 s',
  },
  {
    capability: { kind: 'fqdn', hostname: 'tor-1', domain: 'example.net' },
    words: 'hostname tor-1.example.net',
  },
  { capability: { kind: 'fqdn', hostname: '\u001b[2Jtor', domain: '' }, words: 'hostname \ufffd[2Jtor' },
  { capability: { kind: 'unknown', code: 131, value: hex('01') }, words: 'multisession (Cisco) (131) 01' },
  { capability: { kind: 'unknown', code: 200, value: hex('') }, words: 'capability 200' },
]

t.ok(rows.length > 0, 'there are capabilities')
for (const { capability, words } of rows) {
  t.test(words, async (t) => {
    t.equal(describeCapability(capability), words)
  })
}
