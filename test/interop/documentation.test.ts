/** What README.md and docs/getting-started.md print for FRR and for herald works as printed. */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { parse } from 'yaml'
import { startHerald } from '../support/herald.js'
import { createLab } from '../support/netns.js'
import { kindOf } from '../support/routers/create.js'
import { frr } from '../support/routers/frr.js'
import { waitFor } from '../support/wait.js'

const pages = [
  { page: 'README.md', v4: ['10.244.1.0/24', '192.0.2.10/32'], v6: [] },
  {
    page: 'docs/getting-started.md',
    v4: ['10.244.1.0/24', '192.0.2.10/32'],
    v6: ['2001:db8::10/128', 'fd00:10:244:1::/64'],
  },
]

t.ok(pages.length > 0)
for (const { page, v4, v6 } of pages) {
  for (const packaging of ['package', 'container'] as const) {
    t.test(`${page}: FRR (${packaging}) learns what it says`, async (t) => {
      const text = readFileSync(page, 'utf8')
      const printed = block(text, 'frr')
      const kind = kindOf(
        { ...frr, files: () => ({ 'zebra.conf': 'hostname router\n', 'bgpd.conf': printed }) },
        packaging,
      )
      const lab = await createLab(t)
      const [tor, node] = [await lab.namespace('tor'), await lab.namespace('node')]
      await lab.cable(
        { in: tor, name: 'eth0', addresses: ['10.0.0.1/24', '2001:db8:1::1/64'] },
        { in: node, name: 'eth0', addresses: ['10.0.0.11/24', '2001:db8:1::11/64'] },
      )
      // Without it the kernel names no address of the interface to herald, which takes its identifier from there.
      await waitFor('the carrier', async () => /eth0\S* +UP/.test(await node.run(['ip', '-brief', 'link'])))
      const router = await kind.create(tor, { asn: 65000, routerId: '10.0.0.1' })
      const herald = await startHerald(node, parse(block(text, 'yaml')) as Record<string, unknown>)
      await router.established('10.0.0.11')
      await waitFor('all routes', async () => {
        const learnt = await Promise.all([
          router.routesFrom('10.0.0.11', 'ipv4/unicast'),
          router.routesFrom('10.0.0.11', 'ipv6/unicast'),
        ])
        return learnt[0].size >= v4.length && learnt[1].size >= v6.length
      })
      for (const [family, prefixes] of [
        ['ipv4/unicast', v4],
        ['ipv6/unicast', v6],
      ] as const) {
        const routes = await router.routesFrom('10.0.0.11', family)
        t.same([...routes.keys()].sort(), prefixes)
        t.ok(
          [...routes.values()].every(({ best }) => best),
          'each is used',
        )
      }
      t.equal(await herald.stop(), 0)
    })
  }
}

/** The first fenced block in that language. */
function block(text: string, language: string): string {
  const found = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'ms').exec(text)?.[1]
  if (found === undefined) throw new Error(`no ${language} block`)
  return found
}
