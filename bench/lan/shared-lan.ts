/** A LAN with some routers, and two clients that ask every millisecond: one by ARP, one a service behind the address. */
import { createLab, type Namespace, type Owner } from '../../test/support/netns.js'
import type { Running } from '../../test/support/process.js'
import { sleep, waitFor } from '../../test/support/wait.js'
import type { Programs } from './programs.js'
import { type Recorder, startRecorder } from './recorder.js'
import { port, type Router, type RouterKind, vip } from './router.js'

export interface SharedNode {
  readonly namespace: Namespace
  /** Last octet of its addresses, and number of its echo server. */
  readonly number: number
  /** Of the bridge. */
  readonly port: string
  readonly router: Router
  /** Begins the service behind the address. */
  readonly serve: () => void
  readonly endService: () => Promise<void>
}

export interface SharedLan {
  readonly hub: Namespace
  readonly nodes: readonly SharedNode[]
  /** Begins to ask. */
  readonly record: () => { readonly arp: Recorder; readonly udp: Recorder }
}

/** Its routers run, and exactly one of them owns the address. */
export async function createSharedLan(
  owner: Owner,
  kind: RouterKind,
  count: number,
  { record }: Programs,
): Promise<SharedLan> {
  const lab = await createLab(owner)
  // Answers to the one would fill the neighbour table of the other: two hosts.
  const [asker, user] = [await lab.namespace('asker'), await lab.namespace('user')]
  const hosts: Namespace[] = []
  for (let i = 0; i < count; i++) hosts.push(await lab.namespace(`node${i + 1}`))
  const end = (namespace: Namespace, number: number) => ({
    ...{ in: namespace, name: 'eth0', addresses: [`10.0.0.${number}/24`] },
    mac: `02:00:00:00:00:${number.toString(16).padStart(2, '0')}`,
  })
  const hub = await lab.lan([end(asker, 1), end(user, 2), ...hosts.map((host, i) => end(host, 11 + i))])
  const nodes = await Promise.all(
    hosts.map(async (namespace, i): Promise<SharedNode> => {
      // An address on lo is nobody's business on the LAN.
      await namespace.run([
        'sysctl',
        '-qw',
        'net.ipv4.conf.all.arp_ignore=1',
        'net.ipv4.conf.all.arp_announce=2',
      ])
      const number = 11 + i
      let service: Running | undefined
      return {
        ...{ namespace, number, port: `port${2 + i}` },
        router: await kind.prepare(namespace),
        serve: () => {
          service = namespace.start([record, 'serve', vip, port, `${number}`])
        },
        endService: async () => {
          service?.signal('SIGKILL')
          await service?.ended
        },
      }
    }),
  )
  for (const node of nodes) {
    node.serve()
    await node.router.start()
  }
  await waitFor('an owner', async () => {
    for (const { router } of nodes) if (await router.owns()) return true
    return false
  })
  await sleep(500)
  return {
    hub,
    nodes,
    record: () => ({
      arp: startRecorder(asker, [record, 'arp', 'eth0', '10.0.0.64', vip]),
      udp: startRecorder(user, [record, 'udp', vip, port]),
    }),
  }
}
