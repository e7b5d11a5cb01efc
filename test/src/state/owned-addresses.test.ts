import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { OwnedAddresses } from '../../../src/state/owned-addresses.js'
import { ip } from '../../support/address.js'

const addresses = [ip('192.0.2.10'), ip('2001:db8::10')]
const boot = (uptime: number, bootId = 'a') => ({ bootId, uptimeSeconds: () => uptime })

t.test(
  'addresses are remembered over a restart, for a minute and a half, and not over a reboot',
  async (t) => {
    const file = join(t.testdir(), 'owned.json')
    t.same(new OwnedAddresses(file, boot(100)).before, [])
    t.ok(new OwnedAddresses(file, boot(100)).write(addresses).ok)
    t.same(new OwnedAddresses(file, boot(150)).before, addresses)
    t.same(new OwnedAddresses(file, boot(190)).before, [])
    t.same(new OwnedAddresses(file, boot(110, 'b')).before, [])
    t.ok(new OwnedAddresses(file, boot(110)).write([]).ok)
    t.same(new OwnedAddresses(file, boot(111)).before, [])
  },
)

for (const text of ['', '{', '[]', '{"bootId":"a","upAt":1,"addresses":["192.0.2.010"]}', '{"bootId":"a"}']) {
  t.test(`a file with ${JSON.stringify(text)} is set aside`, async (t) => {
    const file = join(t.testdir(), 'owned.json')
    writeFileSync(file, text)
    const owned = new OwnedAddresses(file, boot(100))
    t.same(owned.before, [])
    t.match(owned.problem, /owned\.json/)
  })
}
