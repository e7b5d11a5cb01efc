/** A LAN as L2 is made for: nodes that run herald, and a client with a real kernel, all of them ports of one bridge. */
import type { L2AddressReport } from '../../src/control/api/l2.js'
import { type Herald, type HeraldConfiguration, prepareHerald } from './herald.js'
import { createLab, type End, type Lab, type Namespace, type Owner } from './netns.js'
import { waitFor } from './wait.js'

/** Addresses of the LAN's subnets that no station has. */
export const vip = '10.0.0.200'
export const vip6 = 'fd00::200'

export interface Station {
  readonly namespace: Namespace
  /** Its interface on the LAN is eth0. */
  readonly mac: string
  readonly ipv4: string
  readonly ipv6: string
  /** Its port of the bridge. */
  readonly port: string
}

export interface LanNode extends Station {
  readonly herald: Herald
  /** Rows of `herald l2`. */
  readonly table: () => Promise<readonly L2AddressReport[]>
  /** The row of an address. */
  readonly row: (address?: string) => Promise<L2AddressReport | undefined>
}

/** @template Nodes a tuple: as many nodes as there are files */
export interface TestLan<Nodes extends readonly LanNode[] = readonly LanNode[]> {
  readonly lab: Lab
  /** Where the bridge is: br0. */
  readonly hub: Namespace
  readonly client: Station
  /** In the order of their files; none has been started. */
  readonly nodes: Nodes
  /** In the order of their labels. */
  readonly others: readonly Station[]
}

type Keys = Readonly<Record<string, unknown>>
type NodesOf<Files extends readonly unknown[]> = { readonly [I in keyof Files]: LanNode }

/** A node's file: one group that has both virtual IPs, at an interval that a loaded machine keeps. */
export function nodeFile({ group = {}, l2 = {}, ...rest }: { group?: Keys; l2?: Keys } & Keys = {}): Keys {
  return {
    l2: { groups: [{ advertisementInterval: '100ms', ...group }], ...l2 },
    announcements: [{ name: 'ingress', loadBalancerIPs: [vip, vip6] }],
    ...rest,
  }
}

/**
 * The client is 10.0.0.1, nodes are 10.0.0.11 and so on, other stations 10.0.0.101 and so on; IPv6 alike.
 * @param others labels of stations that run nothing yet
 */
export async function createTestLan<const Files extends readonly HeraldConfiguration[]>(
  owner: Owner,
  files: Files,
  others: readonly string[] = [],
): Promise<TestLan<NodesOf<Files>>> {
  const lab = await createLab(owner)
  const station = async (label: string, number: number, port: number): Promise<Station> => ({
    namespace: await lab.namespace(label),
    mac: `02:00:00:00:00:${number.toString(16).padStart(2, '0')}`,
    ipv4: `10.0.0.${number}`,
    ipv6: `fd00::${number}`,
    port: `port${port}`,
  })
  const client = await station('client', 1, 0)
  const hosts: Station[] = []
  for (const index of files.keys()) hosts.push(await station(`node${index + 1}`, 11 + index, 1 + index))
  const rest: Station[] = []
  for (const [index, label] of others.entries()) {
    rest.push(await station(label, 101 + index, 1 + files.length + index))
  }
  const hub = await lab.lan([client, ...hosts, ...rest].map(endOf))
  const nodes = await Promise.all(
    files.map(async (file, index): Promise<LanNode> => {
      const host = hosts[index]
      if (host === undefined) throw new Error('a file without a host')
      const herald = await prepareHerald(host.namespace, file)
      const table = () => herald.json<readonly L2AddressReport[]>('l2')
      const row = async (address = vip) => (await table()).find((each) => each.address === address)
      return { ...host, herald, table, row }
    }),
  )
  return { lab, hub, client, nodes: nodes as unknown as NodesOf<Files>, others: rest }
}

function endOf({ namespace, mac, ipv4, ipv6 }: Station): End {
  return { in: namespace, name: 'eth0', addresses: [`${ipv4}/24`, `${ipv6}/64`], mac }
}

/** The same with one node, which is started and owns its addresses. */
export async function createOwnerLan(
  owner: Owner,
  file: HeraldConfiguration = nodeFile(),
  others: readonly string[] = [],
): Promise<TestLan & { readonly node: LanNode }> {
  const lan = await createTestLan(owner, [file], others)
  const [node] = lan.nodes
  await node.herald.start()
  await becomesOwner(node)
  return { ...lan, node }
}

/** Until the node owns all of these addresses. */
export async function becomesOwner(node: LanNode, addresses: readonly string[] = [vip, vip6]): Promise<void> {
  await stands(node, 'owner', addresses)
}

/** Until each of these addresses has this state at the node. */
export async function stands(
  node: LanNode,
  state: L2AddressReport['state'],
  addresses: readonly string[] = [vip, vip6],
): Promise<void> {
  await waitFor(`${node.ipv4} to be ${state} of ${addresses.join(' and ')}`, async () => {
    const table = await node.table()
    const known = addresses.map((address) => table.find((row) => row.address === address))
    if (known.every((row) => row?.state === state)) return true
    throw new Error(`${JSON.stringify(known)}\n${node.herald.logs()}`)
  })
}

/** Until exactly one of the nodes that run owns the address, and every other one stands by for it. */
export async function oneOwner(nodes: readonly LanNode[], address = vip): Promise<LanNode> {
  const running = nodes.filter(({ herald }) => herald.alive())
  return waitFor(`one owner of ${address}`, async () => {
    const states = await Promise.all(running.map(async (node) => (await node.row(address))?.state))
    const owner = running[states.indexOf('owner')]
    const others = states.filter((state) => state === 'backup').length
    if (owner !== undefined && others === running.length - 1) return owner
    throw new Error(`they are ${states.join(', ')}`)
  })
}

/** Cuts the cable of a station, which loses its carrier, or plugs it in. */
export async function plug({ hub }: TestLan, { port }: Station, way: 'in' | 'out'): Promise<void> {
  await hub.run(['ip', 'link', 'set', port, way === 'in' ? 'up' : 'down'])
}

/** Another cable between a node and its port, with a new interface of the same name and addresses at its end. */
export async function recable({ lab, hub }: TestLan, station: Station): Promise<void> {
  await lab.cable({ in: hub, name: station.port, addresses: [] }, endOf(station))
  await hub.run(['ip', 'link', 'set', station.port, 'master', 'br0'])
}

/** The kernel's number of its eth0. */
export async function interfaceIndex({ namespace }: Station): Promise<number> {
  const printed = await namespace.run(['ip', '-json', 'link', 'show', 'eth0'])
  const [link] = JSON.parse(printed) as { ifindex: number }[]
  if (link === undefined) throw new Error(`no eth0 in ${printed}`)
  return link.ifindex
}
