/** One responder at a time on a cable to one client: nobody else is woken by a question. */
import { createLab, type Lab, type Namespace, type Owner } from '../../test/support/netns.js'
import { sleep, waitFor } from '../../test/support/wait.js'
import type { Programs } from './programs.js'
import type { Responder } from './responders.js'
import type { FloodRow, Latency, LatencyRow } from './results.js'

const own = { 4: '10.0.0.1', 6: 'fd00::1' } as const
const target = { 4: '10.0.0.200', 6: 'fd00::200' } as const

export interface Cable {
  readonly lab: Lab
  readonly client: Namespace
  readonly node: Namespace
}

export async function createCable(owner: Owner): Promise<Cable> {
  const lab = await createLab(owner)
  const [client, node] = [await lab.namespace('client'), await lab.namespace('node')]
  await lab.cable(
    { in: client, name: 'eth0', addresses: ['10.0.0.1/24', 'fd00::1/64'] },
    { in: node, name: 'eth0', addresses: ['10.0.0.11/24', 'fd00::11/64'] },
  )
  return { lab, client, node }
}

export async function measureLatency(
  owner: Owner,
  responder: Responder,
  version: 4 | 6,
  programs: Programs,
  count: number,
): Promise<readonly LatencyRow[]> {
  const { client, node } = await createCable(owner)
  await responder.start(node, target[version], programs)
  const ask = (questions: number, gap: number) =>
    askLatency(client, target[version], programs, questions, gap)
  await answers(ask)
  const name = `${responder.name}, ${version === 4 ? 'ARP' : 'NDP'}`
  return [
    { responder: name, pace: 'back to back', ...(await ask(count, 0)) },
    { responder: name, pace: 'one a millisecond', ...(await ask(Math.ceil(count / 4), 1000)) },
  ]
}

export async function measureFlood(
  owner: Owner,
  responder: Responder,
  programs: Programs,
  seconds: number,
): Promise<FloodRow> {
  const { client, node } = await createCable(owner)
  await responder.start(node, target[4], programs)
  await answers((questions, gap) => askLatency(client, target[4], programs, questions, gap))
  const words = ['flood', 'eth0', own[4], target[4], '50000', `${seconds}`]
  const told = JSON.parse(await client.run([programs.ask, ...words])) as Omit<FloodRow, 'responder'>
  return { responder: responder.name, ...told }
}

/** @param gap microseconds from an answer to the next question */
export async function askLatency(
  client: Namespace,
  address: string,
  { ask }: Programs,
  count: number,
  gap: number,
): Promise<Latency> {
  const from = address.includes(':') ? own[6] : own[4]
  const words = ['latency', 'eth0', from, address, `${count}`, `${gap}`]
  return JSON.parse(await client.run([ask, ...words], { timeoutSeconds: 600 })) as Latency
}

/** Until questions are answered, and then for a while, so that what is compiled when it is hot is so. */
export async function answers(ask: (questions: number, gap: number) => Promise<Latency>): Promise<void> {
  await waitFor('an answer', async () => (await ask(1, 0)).lost === 0)
  await ask(5000, 0)
  await sleep(200)
}
