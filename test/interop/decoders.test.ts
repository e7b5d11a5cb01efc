/** Every message that herald emits, looked at by two decoders that share no line with its own. */
import t from 'tap'
import { startCapture } from '../support/capture.js'
import { exabgpDecode } from '../support/exabgp.js'
import { startHerald } from '../support/herald.js'
import { createLab } from '../support/netns.js'
import { routerKind } from '../support/routers/index.js'
import { waitFor } from '../support/wait.js'

const NODE = '10.0.0.11'

t.test('tshark and ExaBGP have no complaint about a session that shows all herald can say', async (t) => {
  const lab = await createLab(t)
  const [tor, node] = [await lab.namespace('tor'), await lab.namespace('node')]
  await lab.cable(
    { in: tor, name: 'eth0', addresses: ['10.0.0.1/24', 'fd00::1/64'] },
    { in: node, name: 'eth0', addresses: [`${NODE}/24`, 'fd00::11/64'] },
  )
  const capture = await startCapture(node, 'eth0')
  // BIRD does not take messages over 4096 octets unless told to, and tshark calls them invalid (RFC 8654).
  const bird = await routerKind('bird', 'package').create(tor, {
    asn: 65000,
    routerId: '10.0.0.1',
    neighbors: [{ address: NODE, asn: 65001, localAddress: '10.0.0.1', passive: true }],
  })
  const herald = await startHerald(node, {
    bgp: {
      asn: 65001,
      routerId: NODE,
      peers: [{ name: 'tor-1', address: '10.0.0.1', asn: 65000, gracefulRestart: { enabled: true } }],
    },
    announcements: [
      {
        name: 'pods',
        podCIDRs: ['10.244.1.0/24', 'fd00:10:244:1::/64'],
        communities: ['65001:100', 'no-export', '65001:1:2', 'rt:65001:7', 'soo:192.0.2.1:9'],
        med: 10,
        asPathPrepend: 3,
      },
      // More than a message holds, of each family.
      { name: 'many', loadBalancerIPs: ['198.18.0.0/21', '2001:db8::/118'] },
    ],
  })
  const routes = async () =>
    (await bird.routesFrom(NODE, 'ipv4/unicast')).size + (await bird.routesFrom(NODE, 'ipv6/unicast')).size
  await waitFor('every route', async () => (await routes()) === 2 + 2048 + 1024)
  await herald.cli(
    'announce',
    '192.0.2.10/32',
    '2001:db8:ffff::10/128',
    '--community',
    'blackhole',
    '--med',
    '7',
  )
  await herald.cli('withdraw', '192.0.2.10/32', '2001:db8:ffff::10/128')
  await herald.cli('reset', 'tor-1', '--soft')
  await herald.cli('drain', '--wait', '1s')
  await waitFor('the routes to go', async () => (await routes()) === 0)
  const { messages, complaints, dissected, payload } = await capture.stop()

  t.same(complaints, [])
  const sent = messages.filter(({ from }) => from === NODE)
  t.equal(dissected.get(NODE), sent.length, 'tshark has looked at every message')
  t.equal(
    payload.get(NODE),
    sent.reduce((sum, { bytes }) => sum + bytes.length, 0),
    'no octet is left over',
  )
  const kinds = new Set(sent.map(({ kind }) => kind))
  for (const kind of ['open', 'update', 'keepalive', 'notification'] as const) t.ok(kinds.has(kind), kind)

  const updates = sent.filter(({ kind }) => kind === 'update')
  t.ok(updates.length >= 12, `${updates.length} UPDATEs`)
  for (const { bytes } of updates) await exabgpDecode(bytes, { asn: 65001 })
  t.pass('ExaBGP has decoded each')
})
