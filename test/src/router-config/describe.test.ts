import t from 'tap'
import type { RouterSide } from '../../../src/router-config/router-side.js'
import { prefix } from '../../support/address.js'
import { ip, sideOf } from './side.js'

const plain = 'address: 10.0.0.1, asn: 65000'

function side(peer: string, ...[known, rest]: [Parameters<typeof sideOf>[1]?, string?]): RouterSide {
  const described = sideOf(`  peers:\n    - { ${peer} }`, known, rest)
  if (!described.ok) throw new Error(described.because)
  return described.value
}

t.test('what the file does not say is a blank, and the key is one always', async (t) => {
  t.match(side('address: 10.0.0.1, asn: external, passwordFile: tor-1.key'), {
    as: '<AS of 10.0.0.1>',
    neighbor: { kind: 'address', address: '<address of worker-1>' },
    password: '<password of 10.0.0.1>',
    assumed: false,
  })
  t.match(side('address: "fe80::1", interface: eth0, asn: internal'), {
    as: 65001,
    internal: true,
    neighbor: {
      kind: 'link-local',
      address: '<address of worker-1>',
      interface: '<interface towards worker-1>',
    },
  })
})

t.test('the address is what the option says, else the file, else what this host would use', async (t) => {
  const hostAddress = ip('10.0.0.13')
  const withLocal = `${plain}, localAddress: 10.0.0.12`
  t.match(side(withLocal, { nodeAddress: ip('10.0.0.11'), hostAddress }).neighbor, { address: '10.0.0.11' })
  t.match(side(withLocal, { hostAddress }).neighbor, { address: '10.0.0.12' })
  t.match(side(plain, { hostAddress }), { neighbor: { address: '10.0.0.13' }, assumed: true })
})

t.test('names of filters have letters, digits and hyphens, whatever the peer is called', async (t) => {
  t.equal(side('address: "fe80::1", interface: eth0.12, asn: 65000').label, 'worker-1-fe80-1-eth0-12')
  const long = side(`name: ${'x'.repeat(63)}, ${plain}`).label
  t.ok(long.length <= 48 && /^[A-Za-z0-9-]*[A-Za-z0-9]$/.test(long))
})

t.test('only what this peer is announced is accepted', async (t) => {
  const rest = `announcements:
  - { name: a, prefixes: [10.1.0.0/24] }
  - { name: b, prefixes: [10.2.0.0/24], peers: [tor-1] }
  - { name: c, prefixes: [10.3.0.0/24], peers: [tor-2] }
  - { name: d, prefixes: [10.1.0.0/24, 10.1.1.0/24], med: 5 }
`
  const accepted = (advertise: string) => {
    const peers = `  peers:\n    - { name: tor-1, ${plain}${advertise} }\n    - { name: tor-2, address: 10.0.0.2, asn: 65000 }`
    const described = sideOf(peers, {}, rest)
    return described.ok ? described.value.families : []
  }
  t.match(accepted(''), [
    {
      family: 'ipv4/unicast',
      accepts: [
        { prefix: '10.1.0.0/23', length: 24 },
        { prefix: '10.2.0.0/24', length: 24 },
      ],
      announced: 3,
      maximumPrefixes: 10,
    },
    { family: 'ipv6/unicast', accepts: [], announced: 0, maximumPrefixes: 10 },
  ])
  t.match(accepted(', advertise: [b]'), [{ accepts: [{ prefix: '10.2.0.0/24', length: 24 }] }, {}])
  t.match(accepted(', families: [ipv6/unicast]'), [{ family: 'ipv6/unicast' }])
})

t.test('a router dials where the node listens, and not at all where it does not', async (t) => {
  const listening = (listen: string, peer = plain) => {
    const described = sideOf(`  listen: ${listen}\n  peers:\n    - { ${peer} }`, {
      nodeAddress: ip('10.0.0.11'),
    })
    return described.ok ? described.value.dialPort : described.because
  }
  t.equal(listening('["0.0.0.0:1179"]'), 1179)
  t.equal(listening('["10.0.0.12:1, 10.0.0.11:2"]'.replace(', ', '", "')), 2)
  t.equal(listening('["[::]:179"]'), undefined)
  t.equal(listening('[]'), undefined)
  t.match(listening('[]', `${plain}, passive: true`), 'passive and this node listens nowhere')
})

t.test('a range and a node that waits would wait for each other', async (t) => {
  const described = sideOf(`  peers:\n    - { ${plain}, passive: true }`, { nodes: prefix('10.0.0.0/24') })
  t.match(described, { ok: false, because: /a router does not dial a range either; remove passive/ })
})
