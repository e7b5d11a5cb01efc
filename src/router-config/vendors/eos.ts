import type { FamilySide, RouterSide } from '../router-side.js'
import { indented, longLivedByHand, type Vendor } from '../vendor.js'
import { entries, eq, listName, outName, routeMaps } from './cisco.js'

export const eos: Vendor = {
  title: 'Arista EOS',
  comment: '!',
  usage: 'In configuration mode, then paste.',
  write: (side) => ({
    remarks: [...remarks(side), ...longLivedByHand(side)],
    lines: [
      ...side.families.flatMap((family) => prefixList(side, family)),
      ...routeMaps(side, '   ', ['!']),
      ...(side.neighbor.kind === 'link-local' ? ['ip routing ipv6 interfaces', '!'] : []),
      `router bgp ${side.as}`,
      ...indented(3, [...session(side), ...side.families.flatMap((family) => oneFamily(side, family))]),
      ...withoutIpv4(side),
    ],
  }),
}

function remarks({ communities, gracefulRestart, listenPort }: RouterSide): readonly string[] {
  return [
    ...(communities
      ? ['The routes carry communities: neighbors that are to see them need send-community.']
      : []),
    ...(gracefulRestart ? ['EOS helps neighbors that restart gracefully unless it is told not to.'] : []),
    ...(listenPort === 179 ? [] : ['EOS listens on port 179: this peer needs `port: 179`.']),
  ]
}

function prefixList(side: RouterSide, family: FamilySide): readonly string[] {
  const name = listName(side, family)
  if (family.version === 4)
    return [...entries(family, eq).map((entry) => `ip prefix-list ${name} ${entry}`), '!']
  return [`ipv6 prefix-list ${name}`, ...indented(3, entries(family, eq)), '!']
}

function session(side: RouterSide): readonly string[] {
  const { nodeAs, neighbor, distance, password, internal, dialPort } = side
  const set = `neighbor ${nameOf(side)}`
  const viaLoopback = distance.kind !== 'direct' || internal
  const most = Math.max(...side.families.map(({ maximumPrefixes }) => maximumPrefixes))
  return [
    ...(neighbor.kind === 'range'
      ? [
          `${set} peer group`,
          `bgp listen range ${neighbor.range} peer-group ${nameOf(side)} remote-as ${nodeAs}`,
        ]
      : [`${set} remote-as ${nodeAs}`]),
    `${set} description ${side.node} (herald)`,
    ...(neighbor.kind === 'address' && viaLoopback
      ? [`${set} update-source <interface with ${side.address}>`]
      : []),
    `${set} timers ${side.keepaliveTimeSeconds} ${side.holdTimeSeconds}`,
    ...(password === undefined ? [] : [`${set} password 0 ${password}`]),
    ...(distance.kind === 'multihop' ? [`${set} ebgp-multihop ${distance.ttl}`] : []),
    ...(distance.kind === 'ttl-security' ? [`${set} ttl maximum-hops ${distance.hops}`] : []),
    ...(dialPort === undefined && neighbor.kind !== 'range' ? [`${set} passive`] : []),
    ...(dialPort === undefined || dialPort === 179 ? [] : [`${set} transport remote-port ${dialPort}`]),
    `${set} maximum-routes ${most}`,
  ]
}

function oneFamily(side: RouterSide, family: FamilySide): readonly string[] {
  const set = `neighbor ${nameOf(side)}`
  return [
    '!',
    `address-family ipv${family.version}`,
    ...indented(3, [
      `${set} activate`,
      `${set} route-map ${listName(side, family)}-in in`,
      `${set} route-map ${outName(side)} out`,
      ...(side.extendedNextHop && family.version === 4
        ? [`${set} next-hop address-family ipv6 originate`]
        : []),
    ]),
  ]
}

/** IPv4 is active unless it is told not to be. */
function withoutIpv4(side: RouterSide): readonly string[] {
  if (side.families.some(({ version }) => version === 4)) return []
  return indented(3, ['!', 'address-family ipv4', `   no neighbor ${nameOf(side)} activate`])
}

function nameOf({ neighbor, label }: RouterSide): string {
  switch (neighbor.kind) {
    case 'address':
      return neighbor.address
    case 'link-local':
      return `${neighbor.address}%${neighbor.interface}`
    case 'range':
      return label
  }
}
