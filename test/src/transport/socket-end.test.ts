import t from 'tap'
import { type SocketEnd, socketEnd } from '../../../src/transport/socket-end.js'

const rows: readonly { told: string | undefined; address?: string; zone?: string }[] = [
  { told: '192.0.2.1', address: '192.0.2.1' },
  { told: '2001:DB8::1', address: '2001:db8::1' },
  { told: '::ffff:192.0.2.1', address: '192.0.2.1' },
  { told: 'fe80::1%eth1', address: 'fe80::1', zone: 'eth1' },
  { told: 'fe80::1%eth0.100_a', address: 'fe80::1', zone: 'eth0.100_a' },
  { told: undefined },
  { told: '' },
]

t.ok(rows.length > 0)
for (const { told, address, zone } of rows) {
  t.test(
    `node:net's ${told} is ${address ?? 'no end'}${zone === undefined ? '' : ` on ${zone}`}`,
    async (t) => {
      const expected =
        address === undefined
          ? undefined
          : { endpoint: { address, port: 179 }, ...(zone !== undefined && { zone }) }
      t.same(socketEnd(told, 179), expected as SocketEnd | undefined)
    },
  )
}

t.test('without a port there is no end', async (t) => {
  t.equal(socketEnd('192.0.2.1', undefined), undefined)
})
