/** What our OPEN says. */
import t from 'tap'
import type { Asn } from '../../bgp/asn.js'
import type { Capability } from '../../bgp/capability.js'
import { beforeNegotiation } from '../../bgp/codec/context.js'
import { encodeMessage } from '../../bgp/codec/message.js'
import { offer, reductions } from '../../bgp/open-offer.js'
import { noHints, ourSettings, us } from './peer/machine.js'

const ipv4 = { afi: 1, safi: 1 }
const ipv6 = { afi: 2, safi: 1 }

function kinds(capabilities: readonly Capability[]): readonly string[] {
  return capabilities.map(({ kind }) => kind)
}

t.test('everything, with a host name', async (t) => {
  t.same(offer(us, ourSettings, { ...noHints, hostname: 'worker-1' }, 'none'), {
    kind: 'open',
    as: 65001,
    holdTimeSeconds: 90,
    identifier: 0x0a00000b,
    capabilities: [
      { kind: 'multiprotocol', family: ipv4 },
      { kind: 'multiprotocol', family: ipv6 },
      { kind: 'route-refresh' },
      { kind: 'extended-next-hop', tuples: [{ nlri: ipv4, nextHopAfi: 2 }] },
      { kind: 'extended-message' },
      {
        kind: 'graceful-restart',
        restarted: false,
        notification: true,
        restartTimeSeconds: 120,
        families: [
          { family: ipv4, forwardingPreserved: false },
          { family: ipv6, forwardingPreserved: false },
        ],
      },
      { kind: 'four-octet-as', as: 65001 },
      { kind: 'enhanced-route-refresh' },
      { kind: 'fqdn', hostname: 'worker-1', domain: '' },
    ],
  })
})

t.test('a four-octet AS stands in the capability, AS_TRANS in the OPEN (RFC 6793)', async (t) => {
  const { as, capabilities } = offer(us, { ...ourSettings, localAs: 4200000001 as Asn }, noHints, 'none')
  t.equal(as, 23456)
  t.match(capabilities, [...Array(6).fill({}), { kind: 'four-octet-as', as: 4200000001 }])
})

t.test('after a restart R, and F where forwarding went on (RFC 4724 §3)', async (t) => {
  for (const forwardingPreserved of [true, false]) {
    const { capabilities } = offer(us, ourSettings, { restarted: true, forwardingPreserved }, 'none')
    t.match(
      capabilities.find(({ kind }) => kind === 'graceful-restart'),
      { restarted: true, families: [{ forwardingPreserved }, { forwardingPreserved }] },
    )
  }
})

t.test('without graceful restart for our routes we offer to help the peer, and nothing else', async (t) => {
  const settings = { ...ourSettings, gracefulRestart: { enabled: false, restartTimeSeconds: 120 } }
  const { capabilities } = offer(us, settings, { restarted: true, forwardingPreserved: true }, 'none')
  t.same(
    capabilities.find(({ kind }) => kind === 'graceful-restart'),
    { kind: 'graceful-restart', restarted: false, notification: false, restartTimeSeconds: 0, families: [] },
  )
})

const longLived = { enabled: true, restartTimeSeconds: 0, longLivedStaleTimeSeconds: 3600 }

t.test(
  'with a long-lived stale time each family says it, with F as RFC 4724 has it (RFC 9494)',
  async (t) => {
    for (const forwardingPreserved of [true, false]) {
      const settings = { ...ourSettings, gracefulRestart: longLived }
      const { capabilities } = offer(us, settings, { restarted: true, forwardingPreserved }, 'none')
      const row = { forwardingPreserved, staleTimeSeconds: 3600 }
      t.match(
        capabilities.find(({ kind }) => kind === 'graceful-restart'),
        { restartTimeSeconds: 0 },
      )
      t.same(
        capabilities.find(({ kind }) => kind === 'long-lived-graceful-restart'),
        {
          kind: 'long-lived-graceful-restart',
          families: [
            { family: ipv4, ...row },
            { family: ipv6, ...row },
          ],
        },
      )
    }
  },
)

t.test('a long-lived stale time without graceful restart for our routes offers help alone', async (t) => {
  const settings = { ...ourSettings, gracefulRestart: { ...longLived, enabled: false } }
  const { capabilities } = offer(us, settings, noHints, 'none')
  t.same(
    capabilities.find(({ kind }) => kind === 'long-lived-graceful-restart'),
    { kind: 'long-lived-graceful-restart', families: [] },
  )
})

t.test('IPv6 alone has no use for RFC 8950', async (t) => {
  const { capabilities } = offer(us, { ...ourSettings, families: ['ipv6/unicast'] }, noHints, 'none')
  t.notOk(kinds(capabilities).includes('extended-next-hop'))
  t.same(kinds(capabilities).filter((kind) => kind === 'multiprotocol').length, 1)
})

t.test('each reduction leaves out more than the one before', async (t) => {
  const sizes = reductions.map((reduction) => offer(us, ourSettings, noHints, reduction).capabilities.length)
  t.same(sizes, [8, 4, 3, 0])
})

t.test('what is suppressed is not offered', async (t) => {
  const hints = { ...noHints, hostname: 'worker-1', suppressed: ['fqdn', 'graceful-restart'] as const }
  const offered = kinds(offer(us, ourSettings, hints, 'none').capabilities)
  t.ok(offered.length > 0)
  t.notOk(offered.includes('fqdn') || offered.includes('graceful-restart'))
})

t.test('the longest host name still fits its capability', async (t) => {
  const open = offer(us, ourSettings, { ...noHints, hostname: '\u{1f680}'.repeat(200) }, 'none')
  t.ok(encodeMessage(open, beforeNegotiation).length > 0)
})

const fqdns: readonly (readonly [name: string, hostname: string, domain: string])[] = [
  ['worker-1', 'worker-1', ''],
  ['worker-1.rack.example', 'worker-1', 'rack.example'],
  [`${'a'.repeat(70)}.${'b'.repeat(70)}`, 'a'.repeat(64), 'b'.repeat(64)],
]
for (const [name, hostname, domain] of fqdns) {
  t.test(`${name.slice(0, 30)} is said as a host and its domain`, async (t) => {
    const { capabilities } = offer(us, ourSettings, { ...noHints, hostname: name }, 'none')
    t.same(capabilities.at(-1), { kind: 'fqdn', hostname, domain })
  })
}
