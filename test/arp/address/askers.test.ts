import t from 'tap'
import { Askers } from '../../../arp/address/askers.js'
import type { Ip } from '../../../net/ip.js'
import type { Mac } from '../../../net/mac.js'

const vip = '192.0.2.10' as Ip
const ask = (n: number, target = vip) => ({
  target,
  asker: { ip: `192.0.2.${n}` as Ip, mac: `02:00:00:00:00:${n.toString(16).padStart(2, '0')}` as Mac },
})

t.test('who asks again is counted and comes first', async (t) => {
  const askers = new Askers()
  askers.record(ask(1), 100)
  askers.record(ask(2), 200)
  askers.record(ask(1), 300)
  t.same(askers.of(vip, 300, 1000), [
    { target: vip, ...ask(1).asker, firstAt: 100, lastAt: 300, asked: 2 },
    { target: vip, ...ask(2).asker, firstAt: 200, lastAt: 200, asked: 1 },
  ])
})

t.test('who asked too long ago is left out', async (t) => {
  const askers = new Askers()
  askers.record(ask(1), 0)
  askers.record(ask(2), 500)
  const recent = askers.of(vip, 1200, 1000).map(({ ip }) => ip)
  t.same(recent, ['192.0.2.2'])
})

t.test('beyond the limit the least recent is forgotten, for each address on its own', async (t) => {
  const askers = new Askers(3)
  const another = '192.0.2.11' as Ip
  askers.record(ask(9, another), 0)
  for (let n = 1; n <= 100; n++) askers.record(ask(n), n)
  const known = askers.all().map(({ ip }) => ip)
  t.same(known, ['192.0.2.100', '192.0.2.99', '192.0.2.98', '192.0.2.9'])
})

t.test('an asker with a new MAC address is another asker', async (t) => {
  const askers = new Askers()
  askers.record(ask(1), 0)
  askers.record({ target: vip, asker: { ...ask(1).asker, mac: '02:00:00:00:00:ff' as Mac } }, 1)
  t.equal(askers.of(vip, 1, 1000).length, 2)
})

t.test('an address that is given back is forgotten', async (t) => {
  const askers = new Askers()
  askers.record(ask(1), 0)
  askers.forget(vip)
  t.same(askers.all(), [])
})
