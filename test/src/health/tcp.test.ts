import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import t from 'tap'
import type { Outcome } from '../../../src/health/probe.js'
import { tcpProbe } from '../../../src/health/tcp.js'
import { ip } from '../../support/address.js'

function ask(address: string, port: number): { done: Promise<Outcome>; abort: () => void } {
  let abort = () => {}
  const done = new Promise<Outcome>((resolve) => {
    abort = tcpProbe({ kind: 'tcp', endpoint: { address: ip(address), port } }, resolve)
  })
  return { done, abort }
}

for (const address of ['127.0.0.1', '::1']) {
  t.test(`a service that listens on ${address} passes, and sees its connection closed`, async (t) => {
    const server = createServer()
    t.teardown(() => server.close())
    server.listen(0, address)
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const accepted = once(server, 'connection')
    const where = address === '::1' ? `[::1]:${port}` : `127.0.0.1:${port}`
    t.same(await ask(address, port).done, { passed: true, text: `connected to ${where}` })
    const [socket] = await accepted
    socket.resume()
    await once(socket, 'close')
  })

  t.test(`a port of ${address} on which nobody listens fails`, async (t) => {
    const server = createServer()
    server.listen(0, address)
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    server.close()
    await once(server, 'close')
    t.match(await ask(address, port).done, { passed: false, text: /^refused: nobody listens on .*:\d+$/ })
  })
}

t.test('an address of no host here fails with why', async (t) => {
  t.match(await ask('255.255.255.255', 1).done, { passed: false, text: /./ })
})

t.test('giving up ends it with one outcome', async (t) => {
  // TEST-NET-1: nobody answers, or a router says that it cannot get there.
  const { done, abort } = ask('192.0.2.1', 9)
  abort()
  abort()
  t.match(await done, { passed: false })
})
