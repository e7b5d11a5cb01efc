import t from 'tap'
import { connectedPair, ear, outcomeOf, plainDial } from '../../support/loopback.js'
import { record } from '../../support/recording.js'

for (const address of ['127.0.0.1', '::1']) {
  t.test(`both ends know themselves and each other over ${address}`, async (t) => {
    const { ours, theirs } = await connectedPair(t, address)
    t.equal(ours.initiatedBy, 'us')
    t.equal(theirs.initiatedBy, 'peer')
    t.equal(ours.remote.address, address)
    t.same(ours.local, theirs.remote)
    t.same(ours.remote, theirs.local)
  })

  t.test(`octets pass both ways over ${address}`, async (t) => {
    const { ours, theirs } = await connectedPair(t, address)
    const here = record(ours)
    const there = record(theirs)
    ours.write(Buffer.from('OPEN'))
    ours.write(Buffer.from('UPDATE'))
    theirs.write(Buffer.from('KEEPALIVE'))
    t.equal((await there.octets(10)).toString(), 'OPENUPDATE')
    t.equal((await here.octets(9)).toString(), 'KEEPALIVE')
    t.equal(ours.unsent, 0)
  })
}

t.test('a port where nobody listens refuses', async (t) => {
  const { listener, at } = ear(t)
  listener.close()
  t.match(await outcomeOf(plainDial(at)), { is: 'failed', because: 'refused' })
})
