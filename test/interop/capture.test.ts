/** The capture tells the truth about a session in which herald has no part. */
import t from 'tap'
import { startCapture } from '../support/capture.js'
import { exabgpDecode } from '../support/exabgp.js'
import { createLab } from '../support/netns.js'
import { routerKind } from '../support/routers/index.js'
import { waitFor } from '../support/wait.js'

t.test(
  'every message of FRR and BIRD is seen, told apart by sender, and decoded without a complaint',
  async (t) => {
    const lab = await createLab(t)
    const [left, right] = [await lab.namespace('left'), await lab.namespace('right')]
    await lab.cable(
      { in: left, name: 'eth0', addresses: ['10.0.0.1/24', 'fd00::1/64'] },
      { in: right, name: 'eth0', addresses: ['10.0.0.2/24', 'fd00::2/64'] },
    )
    const capture = await startCapture(left, 'eth0')
    const frr = await routerKind('frr', 'container').create(left, {
      asn: 65000,
      routerId: '10.0.0.1',
      neighbors: [{ address: '10.0.0.2', asn: 65001, passive: true }],
    })
    const bird = await routerKind('bird', 'package').create(right, {
      asn: 65001,
      routerId: '10.0.0.2',
      neighbors: [{ address: '10.0.0.1', asn: 65000, localAddress: '10.0.0.2' }],
      originate: [
        { prefix: '192.0.2.10/32', med: 10, communities: ['65001:100'] },
        { prefix: 'fd00:10:244:1::/64' },
      ],
    })
    await waitFor('the routes to arrive', async () => {
      const v4 = await frr.routesFrom('10.0.0.2', 'ipv4/unicast')
      const v6 = await frr.routesFrom('10.0.0.2', 'ipv6/unicast')
      return v4.has('192.0.2.10/32') && v6.has('fd00:10:244:1::/64')
    })
    await bird.stop()
    const { messages, complaints, dissected, payload } = await capture.stop()

    t.same(complaints, [])
    const sent = messages.filter(({ from }) => from === '10.0.0.2')
    const answered = messages.filter(({ from }) => from === '10.0.0.1')
    t.equal(sent[0]?.kind, 'open')
    t.equal(sent.at(-1)?.kind, 'notification', 'BIRD says why it goes')
    t.ok(answered.some(({ kind }) => kind === 'keepalive'))
    t.equal(dissected.get('10.0.0.2'), sent.length, 'tshark has looked at every message')
    t.equal(
      payload.get('10.0.0.2'),
      sent.reduce((sum, { bytes }) => sum + bytes.length, 0),
      'no byte is left over',
    )

    const updates = await Promise.all(
      sent.filter(({ kind }) => kind === 'update').map(({ bytes }) => exabgpDecode(bytes, { asn: 65001 })),
    )
    const route = updates.find(({ announce }) => announce?.['ipv4 unicast'] !== undefined)
    t.match(route, {
      announce: { 'ipv4 unicast': { '10.0.0.2': [{ nlri: '192.0.2.10/32' }] } },
      attribute: { origin: 'igp', 'as-path': [65001], med: 10, community: [[65001, 100]] },
    })
  },
)

t.test('what is wrong with a message is told, by both decoders', async (t) => {
  // The only prefix of this UPDATE claims 48 bits of IPv4.
  const wrong = update('40010100 40020602010000fde9 40030404000002', '30c000020a')
  await t.rejects(exabgpDecode(wrong), { message: /Invalid Network Field/ })

  const namespace = await (await createLab(t)).namespace('alone')
  const capture = await startCapture(namespace, 'lo')
  const right = update('40010100 40020602010000fde9 40030404000002', '20c000020a')
  await namespace.run([
    process.execPath,
    '--eval',
    sayToOneself,
    Buffer.concat([right, wrong]).toString('hex'),
  ])
  const { messages, complaints } = await capture.stop()
  t.same(
    messages.map(({ kind }) => kind),
    ['update', 'update'],
  )
  t.equal(complaints.length, 1)
  t.match(complaints[0], { from: '127.0.0.1', severity: 'error' })
})

const sayToOneself = `
  const net = require('node:net')
  const server = net.createServer((socket) => socket.resume().on('end', () => { socket.end(); server.close() }))
  server.listen(179, '127.0.0.1', () => net.connect(179, '127.0.0.1').end(Buffer.from(process.argv[1], 'hex')))
`

function update(attributes: string, nlri: string): Buffer {
  const [path, prefixes] = [attributes, nlri].map((text) => Buffer.from(text.replaceAll(' ', ''), 'hex')) as [
    Buffer,
    Buffer,
  ]
  const header = Buffer.alloc(23, 0xff)
  header.writeUInt16BE(23 + path.length + prefixes.length, 16)
  header.writeUInt8(2, 18)
  header.writeUInt16BE(0, 19)
  header.writeUInt16BE(path.length, 21)
  return Buffer.concat([header, path, prefixes])
}
