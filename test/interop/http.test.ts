/** The HTTP endpoint beside a real FRR: what Prometheus takes, what a browser shows. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { openPage } from '../support/chromium.js'
import { run } from '../support/command.js'
import { type Herald, startHerald } from '../support/herald.js'
import { createRack, nodeAddress, nodeConfiguration, torSettings } from '../support/rack.js'
import { routerKind } from '../support/routers/index.js'
import { waitFor } from '../support/wait.js'

const frr = routerKind('frr', 'package')

/** What a peer may say to us; a browser must not read it as markup. */
const hostile = '<img src=x onerror=document.title=1>'

interface Peer {
  readonly sessionState: string
  readonly families: readonly {
    readonly family: string
    readonly received: number
    readonly advertised: number
  }[]
  readonly messages: { readonly sent: Readonly<Record<string, number>> }
}

const get = (herald: Herald, path: string) =>
  herald.namespace.run([
    'curl',
    '--silent',
    '--show-error',
    '--max-time',
    '10',
    `http://127.0.0.1:9179${path}`,
  ])

t.test('metrics, readiness and the page follow a session with FRR', async (t) => {
  const { tor, node } = await createRack(t)
  const announcements = [{ name: 'pods', podCIDRs: ['10.244.1.0/24', '10.244.2.0/24'] }]
  const herald = await startHerald(node, nodeConfiguration({ announcements, http: {} }))
  t.match(await get(herald, '/readyz'), 'not ready: none of 1 peers is established')
  const router = await frr.create(tor, { ...torSettings(), originate: [{ prefix: '198.51.100.0/24' }] })
  await router.established(nodeAddress)
  await waitFor('the routes', async () => (await router.routesFrom(nodeAddress, 'ipv4/unicast')).size === 2)
  // FRR sends back what it learned from us; the AS path gives that away.
  await waitFor('its route', async () => (await herald.cli('routes', 'received')).includes('198.51.100.0/24'))
  await waitFor('all of it', async () => /prefixes_received.*ipv4.* 3$/m.test(await get(herald, '/metrics')))
  t.match(await get(herald, '/readyz'), 'ready: 1 of 1 peers established')

  const text = await get(herald, '/metrics')
  const value = (name: string, labels: string) => {
    const line = text.split('\n').find((each) => each.startsWith(`${name}{`) && each.includes(labels))
    return Number(line?.split(' ').at(-1))
  }
  const peer = await herald.json<Peer>('peers', 'tor-1')
  const ipv4 = peer.families.find(({ family }) => family === 'ipv4/unicast')
  t.equal(value('herald_bgp_peer_up', 'peer="tor-1"'), 1)
  t.equal(value('herald_bgp_peer_prefixes_advertised', 'family="ipv4/unicast"'), ipv4?.advertised)
  t.equal(value('herald_bgp_peer_prefixes_received', 'family="ipv4/unicast"'), ipv4?.received)
  t.equal(
    value('herald_bgp_peer_messages_total', 'direction="sent",type="update"'),
    peer.messages.sent.update,
  )

  const page = await openPage(node, 'http://127.0.0.1:9179/')
  const body = () => page.evaluate<string>('document.body.innerText')
  await waitFor('the peer on the page', async () => /tor-1[\s\S]*up \d/.test(await body()))
  t.match(await body(), '2 advertised, 3 received')
  t.match(await page.evaluate('document.title'), 'worker-1 · herald')
  const grounds: string[] = []
  for (const dark of [false, true]) {
    await page.look({ width: 390, dark })
    grounds.push(await page.evaluate('getComputedStyle(document.body).backgroundColor'))
    const wide = await page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth')
    t.notOk(wide, 'nothing is cut off on a telephone')
  }
  t.not(grounds[0], grounds[1], 'dark and light differ')
  if (process.env.HERALD_SCREENSHOTS !== undefined) {
    for (const width of [390, 1200]) {
      await page.look({ width, dark: width === 1200 })
      await writeFile(join(process.env.HERALD_SCREENSHOTS, `${width}.png`), await page.screenshot())
    }
  }

  await router.command(
    ...['configure terminal', `router bgp 65000`],
    `neighbor ${nodeAddress} shutdown message ${hostile}`,
  )
  await waitFor('the page to say so', async () => (await body()).includes(hostile))
  t.match(await get(herald, '/readyz'), 'not ready')
  t.equal(await page.evaluate('document.images.length'), 0, 'what the peer says is text')
  t.match(await page.evaluate('document.title'), 'worker-1 · herald')
  t.same(page.errors, [])
  const origins = new Set(page.requests.map((url) => new URL(url).origin))
  t.same(
    [...origins].filter((origin) => origin !== 'null'),
    ['http://127.0.0.1:9179'],
    'nobody else is asked',
  )
})

t.test('http is taken up, moved and given up by a reload, without a reset', async (t) => {
  const { tor, node } = await createRack(t)
  const herald = await startHerald(node, nodeConfiguration())
  const router = await frr.create(tor, torSettings())
  await router.established(nodeAddress)
  const answers = async (port: number) => {
    const { status } = await node.attempt([
      'curl',
      '--silent',
      '--max-time',
      '5',
      `http://127.0.0.1:${port}/healthz`,
    ])
    return status === 0
  }
  t.notOk(await answers(9179))
  for (const [http, there, gone] of [
    [{}, 9179, 9180],
    [{ listen: '127.0.0.1:9180' }, 9180, 9179],
  ] as const) {
    await herald.configure(nodeConfiguration({ http }))
    await herald.cli('reload')
    await waitFor(`port ${there}`, () => answers(there))
    await waitFor(`nothing on ${gone}`, async () => !(await answers(gone)))
  }
  await herald.configure(nodeConfiguration({ http: { listen: '127.0.0.1:179' } }))
  const refused = await herald.attempt('reload')
  t.equal(refused.status, 1)
  t.match(refused.stderr, /http\.listen: .*port 179 is in use/)
  t.ok(await answers(9180), 'what was served stays')
  await herald.configure(nodeConfiguration())
  await herald.cli('reload')
  await waitFor('nothing on 9180', async () => !(await answers(9180)))
  t.match(await herald.json('peers', 'tor-1'), { sessionState: 'established', flaps: 0 })
})

t.test('a port that is taken refuses the start', async (t) => {
  const { node } = await createRack(t)
  await startHerald(node, nodeConfiguration({ http: {} }))
  const second = nodeConfiguration({ bgp: { listen: [] }, http: {} })
  const told = await startHerald(node, second).catch(
    (error: Error) => `${error.message} ${String(error.cause)}`,
  )
  t.match(told, /http\.listen: cannot serve HTTP on 127\.0\.0\.1:9179: port 9179 is in use/)
})

t.test('promtool accepts the metrics, the alert rules, and what they do', async (t) => {
  const { node } = await createRack(t)
  const l2 = { l2: { interfaces: ['eth0'] }, http: {} }
  const announcements = [{ name: 'web', loadBalancerIPs: ['10.0.0.200'], healthCheck: { exec: ['true'] } }]
  const herald = await startHerald(node, nodeConfiguration({ ...l2, announcements }))
  const file = join(herald.folder, 'metrics.txt')
  await writeFile(file, await get(herald, '/metrics'))
  t.equal(await run(['sh', '-c', `promtool check metrics < ${file} 2>&1`]), '')
  t.match(await run(['promtool', 'check', 'rules', 'packaging/prometheus/alerts.yml']), 'SUCCESS')
  t.match(await run(['promtool', 'test', 'rules', 'packaging/prometheus/alerts-test.yml']), 'SUCCESS')
})
