/**
 * A year in minutes, against FRR: announcements, reloads, health changes, resets and restarts of the router, in any
 * order. Nothing piles up, and at the end both sides agree to the letter. HERALD_SOAK_SECONDS makes it longer.
 */
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { controlClient } from '../../src/control/client.js'
import { type Held, heapProbe } from '../support/heap-probe.js'
import { startHerald } from '../support/herald.js'
import { createRack, nodeAddress, nodeConfiguration, torSettings } from '../support/rack.js'
import { routerKind } from '../support/routers/index.js'
import { sleep, waitFor } from '../support/wait.js'

const seconds = Number(process.env.HERALD_SOAK_SECONDS ?? 150)
const samples = 12
/** Of the samples; before that the process is not what it will be. */
const warmUp = samples / 3
const poolSize = 2000
const fileCommunity = (round: number) => `65001:${1000 + (round % 7)}`

t.test(`${seconds} seconds of everything at once leave nothing behind`, async (t) => {
  const { lab, tor, node } = await createRack(t)
  const router = await routerKind('frr', 'package').create(tor, torSettings())
  const folder = await lab.folder('soak')
  const alive = join(folder, 'alive')
  const configuration = (round: number) =>
    nodeConfiguration({
      announcements: [
        { name: 'pods', podCIDRs: podsOf(round), communities: [fileCommunity(round)] },
        {
          name: 'ingress',
          loadBalancerIPs: ['192.0.2.10'],
          healthCheck: { exec: ['test', '-e', alive], interval: '1s', rise: 1, fall: 1 },
        },
      ],
    })
  const probe = heapProbe(folder)
  const herald = await startHerald(node, configuration(0), probe.env)
  const client = controlClient(join(herald.folder, 'herald.sock'))
  await router.established(nodeAddress)
  const { descriptors } = await probe.held(herald.pid())

  const wanted = new Map<string, string>()
  const counts: Record<string, number> = {}
  let round = 0
  let healthy = false
  const deeds: Readonly<Record<string, () => Promise<unknown>>> = {
    announce: async () => {
      const [first, size, community] = [below(poolSize), 1 + below(100), `65001:${below(50)}`]
      const prefixes = Array.from({ length: size }, (_, i) => member(first + i))
      await client.announce({ prefixes, communities: [community] })
      for (const prefix of prefixes) wanted.set(prefix, community)
    },
    withdraw: async () => {
      const [first, size] = [below(poolSize), 1 + below(100)]
      const prefixes = Array.from({ length: size }, (_, i) => member(first + i))
      await client.withdraw({ prefixes })
      for (const prefix of prefixes) wanted.delete(prefix)
    },
    reload: async () => {
      await herald.configure(configuration(++round))
      await client.reload({})
    },
    health: async () => {
      healthy = !healthy
      await (healthy ? writeFile(alive, '') : rm(alive))
    },
    'reset here': () => client.reset('tor-1', {}),
    'reset there': () => router.command(`clear bgp ${nodeAddress}`),
    'router restarts': async () => {
      await router.kill()
      await sleep(below(300))
      await router.start()
    },
  }
  /** Of a hundred deeds, how many are which. */
  const weights = { announce: 40, withdraw: 35, reload: 14, health: 6, 'reset here': 2, 'reset there': 2 }
  const deck = Object.entries(weights).flatMap(([deed, times]) => Array<string>(times).fill(deed))
  const run = async (deed: string) => {
    await deeds[deed]?.()
    counts[deed] = (counts[deed] ?? 0) + 1
  }

  const held: Held[] = []
  for (let sample = 0; sample < samples; sample++) {
    const until = performance.now() + (seconds * 1000) / samples
    while (performance.now() < until) await run(deck[below(deck.length)] ?? '')
    await run('router restarts')
    // Each sample in the same condition: with a session, in which all is said.
    await router.established(nodeAddress)
    await waitFor('the table', async () => (await tableOf()).size === expected().size)
    held.push(await probe.held(herald.pid()))
  }

  async function tableOf(): Promise<ReadonlyMap<string, string>> {
    const routes = await router.routesFrom(nodeAddress, 'ipv4/unicast')
    return new Map([...routes].map(([prefix, { communities }]) => [prefix, communities.join(' ')]))
  }
  function expected(): ReadonlyMap<string, string> {
    return new Map([
      ...wanted,
      ...podsOf(round).map((prefix) => [prefix, fileCommunity(round)] as const),
      ...(healthy ? [['192.0.2.10/32', ''] as const] : []),
    ])
  }
  await waitFor('FRR to have what is wanted', async () => {
    const [there, here] = [await tableOf(), expected()]
    return there.size === here.size && [...here].every(([prefix, path]) => there.get(prefix) === path)
  })
  t.same(new Map([...(await tableOf())].sort()), new Map([...expected()].sort()), 'to the letter')

  for (const deed of Object.keys(deeds)) t.ok((counts[deed] ?? 0) > 0, `${deed}: ${counts[deed]} times`)
  const late = held.slice(warmUp)
  const half = late.length / 2
  const growth = (of: (held: Held) => number) =>
    median(late.slice(half).map(of)) - median(late.slice(0, half).map(of))
  const heap = growth(({ heapMiB }) => heapMiB)
  const resident = growth(({ residentMiB }) => residentMiB)
  t.ok(heap < 4, `the heap after a collection grew by ${heap.toFixed(1)} MiB between the halves`)
  t.ok(resident < 25, `resident memory by ${resident.toFixed(1)} MiB`)
  await waitFor(
    'every descriptor to be given back',
    async () => (await probe.held(herald.pid())).descriptors <= descriptors,
  )
  t.comment(JSON.stringify(counts))
  t.comment(`heap ${held.map(({ heapMiB }) => heapMiB.toFixed(1)).join(' ')} MiB`)
  t.comment(`resident ${held.map(({ residentMiB }) => residentMiB.toFixed(0)).join(' ')} MiB`)
})

function podsOf(round: number): readonly string[] {
  return Array.from({ length: 1 + (round % 5) }, (_, i) => `10.244.${i}.0/24`)
}

function member(index: number): string {
  const i = index % poolSize
  return `10.${100 + Math.floor(i / 250)}.${i % 250}.1/32`
}

function below(limit: number): number {
  return Math.floor(Math.random() * limit)
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN
}
