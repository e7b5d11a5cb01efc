/** The laboratory of most tests: a top-of-rack router and a node, on one cable. */
import { createLab, type Lab, type Namespace, type Owner } from './netns.js'
import type { NeighborSettings } from './routers/index.js'

export interface Rack {
  readonly lab: Lab
  readonly tor: Namespace
  readonly node: Namespace
}

export const torAddress = '10.0.0.1'
export const torAddress6 = 'fd00::1'
export const nodeAddress = '10.0.0.11'
export const nodeAddress6 = 'fd00::11'

export async function createRack(owner: Owner): Promise<Rack> {
  const lab = await createLab(owner)
  const [tor, node] = [await lab.namespace('tor'), await lab.namespace('node')]
  await lab.cable(
    { in: tor, name: 'eth0', addresses: [`${torAddress}/24`, `${torAddress6}/64`] },
    { in: node, name: 'eth0', addresses: [`${nodeAddress}/24`, `${nodeAddress6}/64`] },
  )
  return { lab, tor, node }
}

export const secondTorAddress = '10.0.1.1'
export const secondNodeAddress = '10.0.1.11'

/** Another router, on a cable of its own. */
export async function secondTor({ lab, node }: Rack): Promise<Namespace> {
  const tor = await lab.namespace('tor2')
  await lab.cable(
    { in: tor, name: 'eth0', addresses: [`${secondTorAddress}/24`, 'fd00:0:0:1::1/64'] },
    { in: node, name: 'eth1', addresses: [`${secondNodeAddress}/24`, 'fd00:0:0:1::11/64'] },
  )
  return tor
}

/** The router's view: AS 65000, which waits for the node in AS 65001 unless told otherwise. */
export function torSettings(neighbor: Partial<NeighborSettings> = {}) {
  return {
    asn: 65000,
    routerId: torAddress,
    neighbors: [{ address: nodeAddress, asn: 65001, localAddress: torAddress, passive: true, ...neighbor }],
  }
}

type Keys = Readonly<Record<string, unknown>>

/** The node's view: AS 65001 with one peer, the router. */
export function nodeConfiguration({ peer = {}, bgp = {}, ...rest }: { peer?: Keys; bgp?: Keys } & Keys = {}) {
  const tor = { name: 'tor-1', address: torAddress, asn: 65000, connectRetryTime: '1s', ...peer }
  return {
    node: 'worker-1',
    bgp: { asn: 65001, routerId: nodeAddress, peers: [tor], ...bgp },
    ...rest,
  }
}
