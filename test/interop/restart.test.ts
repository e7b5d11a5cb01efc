/** One side goes, with or without a word, and comes back. */
import t from 'tap'
import { startHerald } from '../support/herald.js'
import type { Namespace } from '../support/netns.js'
import { createRack, nodeAddress, nodeConfiguration, torSettings } from '../support/rack.js'
import { type Router, routerKind } from '../support/routers/index.js'
import { silence } from '../support/silence.js'
import { waitFor } from '../support/wait.js'

const announcements = [{ prefixes: ['10.244.1.0/24'] }]
const frr = routerKind('frr', 'container')

for (const passive of [false, true]) {
  t.test(`FRR is killed and comes back, ${passive ? 'FRR dials' : 'herald dials'}`, async (t) => {
    const { tor, node } = await createRack(t)
    const router = await frr.create(tor, torSettings({ passive: !passive }))
    // Herald's own retry time, which is what a user has.
    const peer = { passive, connectRetryTime: '5s' }
    const herald = await startHerald(node, nodeConfiguration({ peer, announcements }))
    await router.established(nodeAddress)
    await router.kill()
    await waitFor('herald to notice', async () => {
      const { sessionState } = await herald.json<{ sessionState: string }>('peers', 'tor-1')
      return sessionState !== 'established'
    })
    const open = portOpens(tor)
    await router.start()
    const opened = await open
    await waitFor('herald to say so', () => herald.logs().match(/"session up"/g)?.length === 2)
    const up = herald.logLines().findLast(({ msg }) => msg === 'session up')
    t.comment(`established ${Date.parse(`${up?.time}`) - opened} ms after FRR's port was open`)
    await router.established(nodeAddress)
    await has(router, true)
    t.match(await herald.json('peers', 'tor-1'), { flaps: 1 })
  })
}

t.test('herald is killed: its routes go at once, by the end of the connection', async (t) => {
  const { tor, node } = await createRack(t)
  const router = await frr.create(tor, torSettings())
  const herald = await startHerald(node, nodeConfiguration({ announcements }))
  await router.established(nodeAddress)
  await has(router, true)
  const killed = Date.now()
  await herald.kill()
  await has(router, false)
  t.comment(`routes gone ${Date.now() - killed} ms after SIGKILL`)
  t.match((await router.neighbor(nodeAddress))?.lastError, /closed the session/)
  await herald.start()
  await router.established(nodeAddress)
  await has(router, true)
})

t.test('herald is stopped: the router is told, in words', async (t) => {
  const { tor, node } = await createRack(t)
  const router = await frr.create(tor, torSettings())
  const herald = await startHerald(node, nodeConfiguration({ announcements }))
  await router.established(nodeAddress)
  t.equal(await herald.stop(), 0)
  const { lastError } = await waitFor('the session to end', async () => {
    const status = await router.neighbor(nodeAddress)
    return status?.state !== 'established' && status
  })
  t.match(lastError, /Cease\/Administrative Shutdown/)
  const { [nodeAddress]: told } = JSON.parse(await router.command('show bgp neighbors json'))
  t.equal(told.lastShutdownDescription, 'herald stops')
  await has(router, false)
})

t.test(
  'the peer falls silent: both hold timers end the session, and it comes back with the network',
  async (t) => {
    const { tor, node } = await createRack(t)
    const router = await frr.create(tor, torSettings())
    const herald = await startHerald(node, nodeConfiguration({ peer: { holdTime: '3s' }, announcements }))
    await router.established(nodeAddress)
    await has(router, true)
    const quiet = await silence(node, 'everything')
    const lost = Date.now()
    const { lastError } = await waitFor('herald to notice', async () => {
      const peer = await herald.json<{ sessionState: string; lastError?: object }>('peers', 'tor-1')
      return peer.sessionState !== 'established' && peer
    })
    t.comment(`herald's hold timer of 3 s ended the session after ${Date.now() - lost} ms`)
    t.match(lastError, { origin: 'sent', code: 4, subcode: 0, text: /hold/i })
    await has(router, false)
    t.match((await router.neighbor(nodeAddress))?.lastError, /Hold Timer Expired/i)
    await quiet.lift()
    await router.established(nodeAddress)
    await has(router, true)
  },
)

/** The moment from which on the router takes connections, in milliseconds of the epoch. */
async function portOpens(namespace: Namespace): Promise<number> {
  await waitFor(
    'port 179 to open',
    async () => (await namespace.run(['ss', '--tcp', '--listening', '--no-header', 'sport = :179'])) !== '',
    { everyMilliseconds: 10 },
  )
  return Date.now()
}

function has(router: Router, wanted: boolean) {
  return waitFor(`the route to ${wanted ? 'come' : 'go'}`, async () => {
    return (await router.routesFrom(nodeAddress, 'ipv4/unicast')).has('10.244.1.0/24') === wanted
  })
}
