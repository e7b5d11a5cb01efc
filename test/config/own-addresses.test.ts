/** Announcements of what a session itself runs over: said with their place, and no mistake. */
import t from 'tap'
import { parseConfig } from '../../config/load.js'
import { formatProblem } from '../../config/problem.js'
import type { Ip } from '../../net/ip.js'
import { environment } from '../support/config.js'

const here = [
  { address: '10.0.0.11' as Ip, length: 22 },
  { address: '192.168.7.1' as Ip, length: 24 },
]

interface Row {
  readonly announcement: string
  readonly peer?: string
  readonly elsewhere?: true
  readonly warnings: readonly RegExp[]
}

const rows: readonly Row[] = [
  {
    announcement: 'loadBalancerIPs: [10.0.0.1]',
    warnings: [
      /^8:5: announcements\[0\]\.loadBalancerIPs: 10\.0\.0\.1\/32 holds 10\.0\.0\.1, the address of tor-1 itself/,
    ],
  },
  {
    announcement: 'loadBalancerIPs: [10.0.0.1-10.0.0.20]',
    warnings: [
      /the address of tor-1 itself/,
      /10\.0\.0\.11\/32 holds 10\.0\.0\.11, this node's own address towards tor-1/,
    ],
  },
  {
    announcement: 'prefixes: [10.0.0.0/24]',
    warnings: [/10\.0\.0\.0\/24 holds 10\.0\.0\.1,/, /own address/],
  },
  { announcement: 'prefixes: [10.0.0.0/22]', warnings: [] },
  { announcement: 'prefixes: [10.0.0.0/8]', warnings: [] },
  { announcement: 'prefixes: [10.0.0.0/24]', elsewhere: true, warnings: [] },
  { announcement: 'prefixes: [10.0.0.0/25]', elsewhere: true, warnings: [/the address of tor-1 itself/] },
  {
    announcement: 'prefixes: [10.0.0.11/32]',
    elsewhere: true,
    peer: 'localAddress: 10.0.0.11',
    warnings: [/own address towards tor-1/],
  },
  { announcement: 'loadBalancerIPs: [192.168.7.1]', warnings: [] },
  { announcement: 'loadBalancerIPs: [10.0.0.1]', peer: 'advertise: []', warnings: [] },
]

t.ok(rows.length > 0)
for (const { announcement, peer = '', elsewhere, warnings } of rows) {
  t.test(`${announcement} ${peer} ${elsewhere ? 'elsewhere' : 'here'}: ${warnings.length}`, async (t) => {
    const text = `bgp:
  asn: 65001
  peers:
    - { name: tor-1, address: 10.0.0.1, asn: 65000, ${peer} }
announcements:
  - name: services
    med: 1
    ${announcement}
`.replace(/, }/, ' }')
    const loaded = parseConfig(text, 'f', { ...environment, ownAddresses: elsewhere ? [] : here })
    t.ok(loaded.ok, 'it is no mistake')
    if (!loaded.ok) return
    const told = loaded.warnings.map((warning) => formatProblem(warning).replace(/^f:/, ''))
    t.equal(told.length, warnings.length, told.join('\n'))
    for (const [i, pattern] of warnings.entries()) t.match(told[i], pattern)
  })
}
