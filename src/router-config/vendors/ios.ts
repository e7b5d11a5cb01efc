import type { FamilySide, RouterSide } from '../router-side.js'
import { indented, longLivedByHand, type Vendor } from '../vendor.js'
import { entries, geLe, listName, outName, protocolOf, RESTART_MINUTES, routeMaps } from './cisco.js'

export const ios: Vendor = {
  title: 'Cisco IOS and IOS XE',
  comment: '!',
  usage: 'In configuration mode, then paste.',
  write: (side) => ({
    remarks: [...remarks(side), ...longLivedByHand(side)],
    lines: [
      ...side.families.flatMap((family) =>
        entries(family, geLe).map(
          (entry) => `${protocolOf(family)} prefix-list ${listName(side, family)} ${entry}`,
        ),
      ),
      '!',
      ...routeMaps(side, ' ', ['!']),
      `router bgp ${side.as}`,
      ...indented(1, [...session(side), ...side.families.flatMap((family) => oneFamily(side, family))]),
      ...withoutIpv4(side),
    ],
  }),
}

function remarks({ communities, dialPort, listenPort, extendedNextHop }: RouterSide): readonly string[] {
  return [
    ...(communities
      ? ['The routes carry communities: neighbors that are to see them need send-community both.']
      : []),
    ...(listenPort !== 179 || (dialPort ?? 179) !== 179
      ? ['IOS speaks BGP on port 179 alone: this peer needs `port: 179`, and this node `listen` on 179.']
      : []),
    ...(extendedNextHop
      ? ['IPv4 prefixes behind IPv6 next hops (RFC 8950) depend on the release: see its feature list.']
      : []),
  ]
}

function session(side: RouterSide): readonly string[] {
  const { nodeAs, neighbor, distance, password, internal, dialPort } = side
  const set = `neighbor ${nameOf(side)}`
  const viaLoopback = distance.kind !== 'direct' || internal
  return [
    ...(neighbor.kind === 'range' ? [`${set} peer-group`] : []),
    `${set} remote-as ${nodeAs}`,
    ...(neighbor.kind === 'range' ? [`bgp listen range ${neighbor.range} peer-group ${nameOf(side)}`] : []),
    ...(neighbor.kind === 'link-local' ? [`${set} update-source ${neighbor.interface}`] : []),
    ...(neighbor.kind === 'address' && viaLoopback
      ? [`${set} update-source <interface with ${side.address}>`]
      : []),
    `${set} description ${side.node} (herald)`,
    `${set} timers ${side.keepaliveTimeSeconds} ${side.holdTimeSeconds}`,
    ...(password === undefined ? [] : [`${set} password ${password}`]),
    ...(distance.kind === 'multihop' ? [`${set} ebgp-multihop ${distance.ttl}`] : []),
    ...(distance.kind === 'ttl-security' ? [`${set} ttl-security hops ${distance.hops}`] : []),
    ...(dialPort === undefined && neighbor.kind !== 'range'
      ? [`${set} transport connection-mode passive`]
      : []),
    ...(side.gracefulRestart ? [`${set} ha-mode graceful-restart`] : []),
  ]
}

function oneFamily(side: RouterSide, family: FamilySide): readonly string[] {
  const set = `neighbor ${nameOf(side)}`
  return [
    '!',
    `address-family ipv${family.version}`,
    ...indented(1, [
      `${set} activate`,
      `${set} route-map ${listName(side, family)}-in in`,
      `${set} route-map ${outName(side)} out`,
      `${set} maximum-prefix ${family.maximumPrefixes} restart ${RESTART_MINUTES}`,
    ]),
    'exit-address-family',
  ]
}

/** IPv4 is active unless it is told not to be. */
function withoutIpv4(side: RouterSide): readonly string[] {
  if (side.families.some(({ version }) => version === 4)) return []
  return indented(1, [
    '!',
    'address-family ipv4',
    ` no neighbor ${nameOf(side)} activate`,
    'exit-address-family',
  ])
}

function nameOf({ neighbor, label }: RouterSide): string {
  return neighbor.kind === 'range' ? label : neighbor.address
}
