/**
 * The text for every vendor, to the letter: golden/VENDOR.txt has one section per configuration. FRR's and BIRD's are
 * loaded into the real daemons by test/interop/router-config.test.ts; a change there is to be seen here.
 * UPDATE_GOLDEN=1 writes the files anew, for a person to read the difference.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import t from 'tap'
import type { Known } from '../../../src/router-config/describe.js'
import { printRouterConfig } from '../../../src/router-config/print.js'
import { type VendorName, vendorNames, vendors } from '../../../src/router-config/vendors.js'
import { prefix } from '../../support/address.js'
import { ip, sideOf } from './side.js'

interface Case {
  readonly name: string
  readonly peer: string
  readonly bgp?: string
  readonly known?: Known
}

const cases: readonly Case[] = [
  {
    name: 'eBGP with everything at its default',
    peer: 'address: 10.0.0.1, asn: 65000',
    known: { nodeAddress: ip('10.0.0.11') },
  },
  { name: 'eBGP, the address not known', peer: 'address: 10.0.0.1, asn: external' },
  {
    name: 'eBGP with MD5, multihop and graceful restart',
    peer: 'address: 10.1.0.1, asn: 65000, localAddress: 10.0.0.11, passwordFile: tor-1.key, ebgpMultihop: 2, gracefulRestart: { enabled: true }',
  },
  {
    name: 'long-lived graceful restart',
    peer: 'address: 10.0.0.1, asn: 65000, localAddress: 10.0.0.11, gracefulRestart: { enabled: true, longLivedStaleTime: 1h }',
  },
  { name: 'iBGP', peer: 'address: 10.255.0.1, asn: internal, localAddress: 10.0.0.11, holdTime: 0s' },
  { name: 'GTSM', peer: 'address: 10.0.0.1, asn: 65000, localAddress: 10.0.0.11, ttlSecurity: true' },
  {
    name: 'GTSM over two hops, IPv6 alone, the node does not listen',
    bgp: 'listen: []',
    peer: 'address: "2001:db8::1", asn: 65000, localAddress: "2001:db8::11", ttlSecurity: 2, families: [ipv6/unicast]',
  },
  {
    name: 'an IPv6 session, the node waits on another port',
    bgp: 'listen: ["[::]:1179"]',
    peer: 'address: "2001:db8::1", asn: 65000, port: 1790, localAddress: "2001:db8::11", passive: true',
  },
  {
    name: 'link-local',
    peer: 'address: "fe80::1", interface: eth0, asn: 65000, localAddress: "fe80::11", holdTime: 9s, ttlSecurity: true',
    known: { interface: 'Ethernet1' },
  },
  {
    name: 'a range of nodes with MD5',
    peer: 'address: 10.0.0.1, asn: 65000, passwordFile: tor-1.key',
    known: { nodes: prefix('10.0.0.0/24') },
  },
]

t.ok(cases.length >= 10 && vendorNames.length === 7)

for (const vendor of vendorNames) {
  t.test(`${vendor}: the text of every configuration`, async (t) => {
    const file = `test/src/router-config/golden/${vendor}.txt`
    const printed = cases.map((each) => ({ name: each.name, text: print(each, vendor) }))
    if (process.env.UPDATE_GOLDEN === '1') {
      writeFileSync(file, printed.map(({ name, text }) => `===== ${name}\n${text}`).join(''))
    }
    const golden = new Map(
      readFileSync(file, 'utf8')
        .split(/^===== /m)
        .slice(1)
        .map((section) => [
          section.slice(0, section.indexOf('\n')),
          section.slice(section.indexOf('\n') + 1),
        ]),
    )
    t.equal(golden.size, cases.length)
    for (const { name, text } of printed) {
      t.equal(text, golden.get(name), name)
      t.notMatch(text, 'sesame', 'the key is not in it')
    }
  })
}

function print({ peer, bgp = '', known = {} }: Case, vendor: VendorName): string {
  const side = sideOf(`  ${bgp}\n  peers:\n    - { name: tor-1, ${peer} }`, known)
  if (!side.ok) throw new Error(side.because)
  return printRouterConfig(side.value, vendors[vendor])
}
