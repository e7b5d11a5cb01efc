/** SIGKILL at any moment, 200 times, while prefixes are announced and withdrawn: what was acknowledged is there. */
import { join } from 'node:path'
import t from 'tap'
import { type ControlClient, controlClient } from '../../src/control/client.js'
import { type Herald, prepareHerald } from '../support/herald.js'
import { createLab } from '../support/netns.js'
import { sleep, waitFor } from '../support/wait.js'

const kills = 200
/** Lives between two looks at what is there. */
const every = 10
/** The longest life, in times that it takes to start: from before it has read its state to well after. */
const longestLife = 1.5
const workers = 2
const prefixesEach = 40

/** What must be the case: 'either' after a command that nobody acknowledged. */
type State = 'announced' | 'withdrawn' | 'either'

t.test(`${kills} times SIGKILL lose nothing that was acknowledged`, async (t) => {
  const lab = await createLab(t)
  const configuration = {
    bgp: { asn: 65001, routerId: '10.0.0.11', listen: [], peers: [] },
    announcements: [],
  }
  // Without what tap loads into every process, it starts sooner.
  const herald = await prepareHerald(await lab.namespace('node'), configuration, { NODE_OPTIONS: '' })
  const states = new Map<string, State>()
  let acknowledged = 0
  let running = true

  // What the commands do, without a process for each.
  const client = controlClient(join(herald.folder, 'herald.sock'))
  const work = async (worker: number) => {
    for (let i = 0; running; i = (i + 1) % prefixesEach) {
      const prefix = `10.${100 + worker}.${i}.0/24`
      const wanted: State = states.get(prefix) === 'announced' ? 'withdrawn' : 'announced'
      states.set(prefix, 'either')
      try {
        await client[wanted === 'announced' ? 'announce' : 'withdraw']({ prefixes: [prefix] })
        states.set(prefix, wanted)
        acknowledged++
      } catch {
        await sleep(5)
      }
    }
  }

  let wrong: readonly string[] = []
  let startMs = await start(herald, client)
  await herald.kill()
  for (let killed = 0; killed < kills; ) {
    running = true
    const working = Array.from({ length: workers }, (_, worker) => work(worker))
    for (let life = 0; life < every; life++, killed++) await liveShortly(herald, longestLife * startMs)
    running = false
    await Promise.all(working)
    startMs = await start(herald, client)
    wrong = [...wrong, ...(await lies(client, states))]
    const prefix = `10.99.${killed / every}.0/24`
    await herald.cli('announce', prefix)
    await herald.kill()
    states.set(prefix, 'announced')
  }
  t.same(wrong, [], 'everything that was acknowledged, and nothing else')
  t.ok(acknowledged > kills, `${acknowledged} commands were acknowledged`)
  t.ok([...states.values()].includes('announced') && [...states.values()].includes('withdrawn'))
  const complaints = herald.logLines().filter(({ msg }) => msg === 'state')
  t.same(complaints, [], 'the state directory always loads')
  t.comment(
    `${acknowledged} acknowledged commands, ${states.size} prefixes, ${startMs.toFixed(0)} ms to start`,
  )
})

/** Milliseconds until it answered. */
async function start(herald: Herald, client: ControlClient): Promise<number> {
  const began = performance.now()
  herald.launch()
  await waitFor('herald to answer', () => client.status(), { everyMilliseconds: 10 })
  return performance.now() - began
}

/** Starts it, and kills it at a moment that nothing waits for. */
async function liveShortly(herald: Herald, longestMs: number): Promise<void> {
  const life = herald.launch()
  await sleep(Math.random() * longestMs)
  life.signal('SIGKILL')
  await life.ended
}

/** What is otherwise than it was acknowledged; what was not settles with this look. */
async function lies(client: ControlClient, states: Map<string, State>): Promise<readonly string[]> {
  const { routes } = await waitFor('the routes', () => client.routesAvailable(10_000))
  const there = new Set<string>(routes.map(({ prefix }) => prefix))
  const strays = [...there].filter((prefix) => !states.has(prefix))
  const wrong = [...states].filter(
    ([prefix, state]) => state !== 'either' && (state === 'announced') !== there.has(prefix),
  )
  for (const prefix of states.keys()) states.set(prefix, there.has(prefix) ? 'announced' : 'withdrawn')
  return [...wrong.map(([prefix, state]) => `${prefix} was ${state}`), ...strays]
}
