/** A peer that reads nothing any more, though it still talks (RFC 9687). */
import t from 'tap'
import { memoryWorld } from '../../support/memory-world.js'
import { scriptedPeer } from '../../support/scripted-peer.js'
import { startSpeaker } from '../../support/test-speaker.js'

const worker = `
bgp:
  asn: 65001
  routerId: 10.0.0.11
  peers: [{ name: tor-1, address: 10.0.0.1, asn: 65000 }]
announcements:
  - { name: pods, podCIDRs: [10.244.1.0/24] }
`

t.test('a peer that reads nothing for eight minutes is dropped, KEEPALIVEs of its own or not', async (t) => {
  const world = memoryWorld()
  const peer = scriptedPeer(world, '10.0.0.1')
  const node = startSpeaker(world, '10.0.0.11', worker)
  await world.settle()
  const { record } = node.peer('tor-1')
  const { call } = peer
  call.connection.blockReader()
  for (let minute = 0; minute < 7; minute++) {
    call.send({ kind: 'keepalive' })
    await world.pass(60)
  }
  t.equal(record.state, 'established')
  call.send({ kind: 'keepalive' })
  await world.pass(59)
  call.send({ kind: 'keepalive' })
  await world.pass(60)
  t.equal(record.flaps, 1)
  t.match(record.lastError, { origin: 'local', text: /Send Hold Timer Expired.*RFC 9687/ })
  t.same(call.notifications, [], 'nothing would get through')
})

t.test('a peer that reads now and then stays', async (t) => {
  const world = memoryWorld()
  const peer = scriptedPeer(world, '10.0.0.1')
  const node = startSpeaker(world, '10.0.0.11', worker)
  await world.settle()
  const { call } = peer
  for (let round = 0; round < 4; round++) {
    call.connection.blockReader()
    for (let minute = 0; minute < 7; minute++) {
      call.send({ kind: 'keepalive' })
      await world.pass(60)
    }
    call.connection.unblockReader()
    await world.pass(60)
  }
  t.equal(node.peer('tor-1').record.state, 'established')
  t.equal(node.peer('tor-1').record.flaps, 0)
})
