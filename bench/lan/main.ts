/** `npm run bench:lan`: L2 beside the kernel, a minimal responder and keepalived. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readVersion } from '../../src/version.js'
import { ownPrefix, sweepOwn } from '../../test/support/leftovers.js'
import type { Owner } from '../../test/support/netns.js'
import { describeMachine, load } from '../machine.js'
import { compileReceiver } from '../receiver.js'
import { measureBusy } from './busy.js'
import { cut, killed, left, measureOutages } from './failover.js'
import { measureFlood, measureLatency } from './latency.js'
import { measureLinks } from './links.js'
import { readLanOptions } from './options.js'
import { compilePrograms } from './programs.js'
import { responders } from './responders.js'
import type { LanResults } from './results.js'
import { heraldAlone, heraldRouter, keepalived } from './router.js'
import { measureSplit } from './split.js'

const ends: (() => Promise<void>)[] = []
const { quick, only, output } = readLanOptions(process.argv.slice(2), process.env)
const trials = quick ? 4 : 20

async function staged<T>(work: (owner: Owner) => Promise<T>): Promise<T> {
  const before = ends.length
  try {
    const result = await work({ teardown: (end) => ends.push(end) })
    console.error(JSON.stringify(result))
    return result
  } finally {
    while (ends.length > before) await ends.pop()?.()
  }
}

async function each<I, R>(items: readonly I[], work: (item: I, owner: Owner) => Promise<R>): Promise<R[]> {
  const all: R[] = []
  for (const item of items) all.push(await staged((owner) => work(item, owner)))
  return all
}

process.on('SIGINT', () => {
  void sweepOwn().finally(() => process.exit(130))
})
const folder = await mkdtemp(join(tmpdir(), `${ownPrefix}lan-`))
ends.push(() => rm(folder, { recursive: true, force: true }))
try {
  const programs = await compilePrograms(folder)
  const receiver = await compileReceiver(folder)
  const machine = describeMachine()
  const results: LanResults = {
    form: 'lan',
    machine,
    quick,
    versions: { herald: readVersion() },
    loads: [load()],
  }
  const both = responders.flatMap((responder) =>
    [4, 6].map((version) => ({ responder, version: version as 4 | 6 })),
  )
  const count = quick ? 10_000 : 50_000
  const routers = [heraldRouter(10), heraldRouter(90), keepalived(10), keepalived(100), keepalived(1000)]
  const scenes = routers.flatMap((kind) =>
    [2, 3].flatMap((nodes) => [killed, cut].map((change) => ({ kind, nodes, change }))),
  )
  if (only.includes('latency'))
    results.latency = (
      await each(both, ({ responder, version }, owner) =>
        measureLatency(owner, responder, version, programs, count),
      )
    ).flat()
  if (only.includes('flood'))
    results.flood = await each(responders, (responder, owner) => measureFlood(owner, responder, programs, 5))
  if (only.includes('busy'))
    results.busy = await staged((owner) => measureBusy(owner, programs, receiver, count / 5))
  if (only.includes('failover'))
    results.failover = await each(scenes, ({ kind, nodes, change }, owner) =>
      measureOutages(owner, kind, nodes, change, programs, Math.ceil(trials * kind.share)),
    )
  if (only.includes('hand-over'))
    results.handOver = await each(routers, (kind, owner) =>
      measureOutages(owner, kind, 2, left, programs, Math.ceil(trials * kind.share)),
    )
  if (only.includes('split'))
    results.split = await each(routers, (kind, owner) =>
      measureSplit(owner, kind, programs, Math.ceil(trials * kind.share)),
    )
  if (only.includes('links'))
    results.links = (
      await each([heraldAlone, heraldRouter(10), heraldRouter(90)], (kind, owner) =>
        measureLinks(owner, kind, programs, trials),
      )
    ).flat()
  await writeFile(output, `${JSON.stringify(results, null, 2)}\n`)
} finally {
  while (ends.length > 0) await ends.pop()?.()
}
