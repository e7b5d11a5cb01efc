import { pino } from 'pino'
import t, { type Test } from 'tap'
import { Web } from '../../../src/daemon/web.js'
import { closeDescriptor } from '../../../src/os/descriptor.js'
import { openServiceSocket } from '../../../src/os/tcp-socket.js'
import { ip } from '../../support/address.js'
import { facts } from '../../support/web-facts.js'
import { freePort } from '../library/pair.js'

function web(t: Test): Web {
  const served = new Web(pino({ level: 'silent' }))
  served.show({
    facts: async () => facts(),
    l2: async () => [],
    l2Askers: async () => [],
    follow: () => () => undefined,
  })
  t.teardown(() => served.close())
  return served
}

const on = (address: string, port: number) => ({ listen: { address: ip(address), port } })
const alive = async (port: number) => (await fetch(`http://127.0.0.1:${port}/healthz`)).text()

t.test('another address of the same port is taken over, with a client connected', async (t) => {
  const port = await freePort()
  const served = web(t)
  for (const address of ['127.0.0.1', '0.0.0.0', '127.0.0.1', '::']) {
    t.same(served.apply(on(address, port)), { ok: true, value: undefined }, address)
    if (address !== '::') t.equal(await alive(port), 'alive\n')
  }
})

t.test('what is changed again before it serves leaves nothing behind', async (t) => {
  const port = await freePort()
  const served = web(t)
  for (const address of ['127.0.0.1', '0.0.0.0', '127.0.0.1']) {
    t.ok(served.apply(on(address, port)).ok, address)
  }
  t.equal(await alive(port), 'alive\n')
  t.ok(served.apply(undefined).ok)
  closeDescriptor(openServiceSocket(on('0.0.0.0', port).listen))
})

t.test('an address that cannot be had is refused, and what is served stays', async (t) => {
  const port = await freePort()
  const taken = await freePort()
  const other = openServiceSocket(on('127.0.0.1', taken).listen)
  t.teardown(() => closeDescriptor(other))
  const served = web(t)
  t.ok(served.apply(on('127.0.0.1', port)).ok)
  for (const { address, at } of [
    { address: '127.0.0.1', at: taken },
    { address: '192.0.2.1', at: port },
  ]) {
    t.match(served.apply(on(address, at)), { ok: false, because: /^http\.listen: / }, address)
    t.equal(await alive(port), 'alive\n')
  }
})
