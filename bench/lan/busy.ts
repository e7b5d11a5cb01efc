/** Latency of answers while the main thread announces a million prefixes and withdraws them, over and over. */
import { addressOf } from '../../net/prefix.js'
import { lastAddressOf, lastOf } from '../../net/prefix-range.js'
import type { Owner } from '../../test/support/netns.js'
import { Receiver, tableCommands } from '../receiver.js'
import { hostRoutes } from '../table.js'
import { prepareDaemon } from './daemon.js'
import { answers, askLatency, createCable } from './latency.js'
import type { Programs } from './programs.js'
import { heraldFile, minimal } from './responders.js'
import type { LatencyRow } from './results.js'

const prefixes = 1_000_000
const local = '10.99.0.1'
const peer = '10.99.0.2'

export async function measureBusy(
  owner: Owner,
  programs: Programs,
  receiverProgram: string,
  count: number,
): Promise<readonly LatencyRow[]> {
  const { lab, client, node } = await createCable(owner)
  const watcher = await lab.namespace('receiver')
  await lab.cable(
    { in: node, name: 'eth1', addresses: [`${local}/24`] },
    { in: watcher, name: 'eth0', addresses: [`${peer}/24`] },
  )
  const receiver = new Receiver(watcher.inside([receiverProgram]))
  lab.atEnd(() => receiver.stop())
  const table = hostRoutes(prefixes)
  receiver.tell('local 65100 240 4 0', ...tableCommands(table, { asn: 65001, nextHop: local }))
  const [all, none] = [fileOf(table), fileOf({ rest: [] })]
  const daemon = await prepareDaemon(node, all)
  const present = async (count: number) => {
    if ((await receiver.until(count, 120)) !== undefined) return
    throw new Error(`there are never ${count} prefixes: ${JSON.stringify(await receiver.report())}`)
  }
  await daemon.start()
  await daemon.stands('owner')
  receiver.tell(`dial ${peer} 65101 ${local} 179`)
  await present(prefixes)
  const rows: LatencyRow[] = []
  const beside = async () => minimal.start(node, '10.0.0.201', programs)
  for (const [responder, address, start] of [
    ['herald, ARP', '10.0.0.200', async () => {}],
    ['minimal C responder beside it', '10.0.0.201', beside],
  ] as const) {
    await start()
    const ask = (questions: number, gap: number) => askLatency(client, address, programs, questions, gap)
    await answers(ask)
    rows.push({ responder, pace: 'nothing to announce', ...(await ask(count, 1000)) })
    let [tables, measuring] = [0, true]
    const measured = ask(count, 1000).finally(() => {
      measuring = false
    })
    for (; measuring; tables++) {
      await daemon.reload(none)
      await present(0)
      await daemon.reload(all)
      await present(prefixes)
    }
    rows.push({
      responder,
      pace: `${tables} times a million prefixes announced and withdrawn`,
      ...(await measured),
    })
  }
  return rows
}

function fileOf({ rest }: Pick<ReturnType<typeof hostRoutes>, 'rest'>): object {
  const ranges = rest.map(({ range }) => `${addressOf(range.first)}-${lastAddressOf(lastOf(range))}`)
  const peers = [{ address: peer, asn: 65101 }]
  const bgp = {
    asn: 65001,
    routerId: local,
    listen: [`${local}:179`],
    peerDefaults: { passive: true },
    peers,
  }
  const file = heraldFile('10.0.0.200', { failover: 'none' }) as { announcements: readonly object[] }
  const onLan = file.announcements.map((each) => ({ ...each, via: ['l2'] }))
  const many = { name: 'many', loadBalancerIPs: ranges, via: ['bgp'] }
  return { ...file, bgp, announcements: ranges.length === 0 ? onLan : [...onLan, many] }
}
