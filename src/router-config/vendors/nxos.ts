import type { FamilySide, RouterSide } from '../router-side.js'
import { indented, longLivedByHand, type Vendor } from '../vendor.js'
import { entries, eq, listName, outName, protocolOf, RESTART_MINUTES, routeMaps } from './cisco.js'

export const nxos: Vendor = {
  title: 'Cisco NX-OS',
  comment: '!',
  usage: 'In configuration mode, then paste.',
  write: (side) => ({
    remarks: [...remarks(side), ...longLivedByHand(side)],
    lines: [
      'feature bgp',
      ...side.families.flatMap((family) =>
        entries(family, eq).map(
          (entry) => `${protocolOf(family)} prefix-list ${listName(side, family)} ${entry}`,
        ),
      ),
      ...routeMaps(side, '  ', []),
      `router bgp ${side.as}`,
      ...indented(2, [
        `neighbor ${nameOf(side)}`,
        ...indented(2, [...session(side), ...side.families.flatMap((family) => oneFamily(side, family))]),
      ]),
    ],
  }),
}

function remarks({
  communities,
  gracefulRestart,
  listenPort,
  dialPort,
  neighbor,
  node,
}: RouterSide): readonly string[] {
  return [
    ...(communities
      ? ['The routes carry communities: neighbors that are to see them need send-community both.']
      : []),
    ...(gracefulRestart ? ['NX-OS helps neighbors that restart gracefully unless it is told not to.'] : []),
    ...(listenPort !== 179 || (dialPort ?? 179) !== 179
      ? ['NX-OS speaks BGP on port 179 alone: this peer needs `port: 179`, and this node `listen` on 179.']
      : []),
    ...(neighbor.kind === 'link-local'
      ? [`NX-OS learns the address of ${node} from its router advertisements.`]
      : []),
  ]
}

function session(side: RouterSide): readonly string[] {
  const { nodeAs, neighbor, distance, password, internal, dialPort } = side
  const viaLoopback = distance.kind !== 'direct' || internal
  return [
    `remote-as ${nodeAs}`,
    `description ${side.node} (herald)`,
    ...(neighbor.kind === 'address' && viaLoopback ? [`update-source <interface with ${side.address}>`] : []),
    ...(password === undefined ? [] : [`password 0 ${password}`]),
    `timers ${side.keepaliveTimeSeconds} ${side.holdTimeSeconds}`,
    ...(distance.kind === 'multihop' ? [`ebgp-multihop ${distance.ttl}`] : []),
    ...(distance.kind === 'ttl-security' ? [`ttl-security hops ${distance.hops}`] : []),
    ...(dialPort === undefined && neighbor.kind !== 'range' ? ['transport connection-mode passive'] : []),
  ]
}

function oneFamily(side: RouterSide, family: FamilySide): readonly string[] {
  return [
    `address-family ${family.family.replace('/', ' ')}`,
    ...indented(2, [
      `route-map ${listName(side, family)}-in in`,
      `route-map ${outName(side)} out`,
      `maximum-prefix ${family.maximumPrefixes} restart ${RESTART_MINUTES}`,
    ]),
  ]
}

/** A range and an interface stand where an address does. */
function nameOf({ neighbor }: RouterSide): string {
  switch (neighbor.kind) {
    case 'address':
      return neighbor.address
    case 'link-local':
      return neighbor.interface
    case 'range':
      return neighbor.range
  }
}
