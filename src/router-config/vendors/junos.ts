import { lengthOf } from '../../../net/prefix.js'
import type { FamilySide, RouterSide } from '../router-side.js'
import { longLivedByHand, type Vendor } from '../vendor.js'

/** After the limit on prefixes: minutes until the session is tried again. */
const IDLE_MINUTES = 15

export const junos: Vendor = {
  title: 'Juniper Junos',
  comment: '#',
  usage: 'In configuration mode, then paste, and commit.',
  write: (side) => ({
    remarks: [...remarks(side), ...longLivedByHand(side)],
    lines: [`set routing-options autonomous-system ${side.as}`, ...policy(side), ...group(side)],
  }),
}

function remarks({ gracefulRestart, distance, listenPort, dialPort }: RouterSide): readonly string[] {
  return [
    ...(gracefulRestart ? ['Junos helps neighbors that restart gracefully unless it is told not to.'] : []),
    ...(distance.kind === 'ttl-security'
      ? ['Junos sends with TTL 255; to drop what comes with less takes a firewall filter (ttl-except).']
      : []),
    ...(listenPort !== 179 || (dialPort ?? 179) !== 179
      ? ['Junos speaks BGP on port 179 alone: this peer needs `port: 179`, and this node `listen` on 179.']
      : []),
  ]
}

function policy(side: RouterSide): readonly string[] {
  const { label, families } = side
  const set = `set policy-options policy-statement ${label}-in`
  return [
    ...families.flatMap((family) => term(`${set} term ipv${family.version}`, family)),
    `${set} then reject`,
    `set policy-options policy-statement ${label}-out then reject`,
  ]
}

/** A term without route filters would match everything. */
function term(set: string, { accepts }: FamilySide): readonly string[] {
  if (accepts.length === 0) return []
  return [
    ...accepts.map(({ prefix, length }) => {
      const exact = lengthOf(prefix) === length
      return `${set} from route-filter ${prefix} ${exact ? 'exact' : `prefix-length-range /${length}-/${length}`}`
    }),
    `${set} then accept`,
  ]
}

function group(side: RouterSide): readonly string[] {
  const { label, neighbor, distance, password, dialPort } = side
  const set = `set protocols bgp group ${label}`
  const external = !side.internal
  return [
    `${set} type ${external ? 'external' : 'internal'}`,
    ...(external ? [`${set} peer-as ${side.nodeAs}`] : []),
    `${set} description "${side.node} (herald)"`,
    ...(neighbor.kind === 'link-local' ? [] : [`${set} local-address ${side.address}`]),
    `${set} hold-time ${side.holdTimeSeconds}`,
    ...(password === undefined ? [] : [`${set} authentication-key "${password}"`]),
    ...hops(set, distance),
    ...(dialPort === undefined && neighbor.kind !== 'range' ? [`${set} passive`] : []),
    `${set} import ${label}-in`,
    `${set} export ${label}-out`,
    ...side.families.flatMap((family) => limits(set, side, family)),
    neighbor.kind === 'range'
      ? `${set} allow ${neighbor.range}`
      : `${set} neighbor ${neighbor.address}${neighbor.kind === 'link-local' ? ` local-interface ${neighbor.interface}` : ''}`,
  ]
}

function hops(set: string, distance: RouterSide['distance']): readonly string[] {
  switch (distance.kind) {
    case 'direct':
      return []
    case 'multihop':
      return [`${set} multihop ttl ${distance.ttl}`]
    case 'ttl-security':
      return [distance.hops === 1 ? `${set} ttl 255` : `${set} multihop ttl 255`]
  }
}

function limits(set: string, { extendedNextHop }: RouterSide, family: FamilySide): readonly string[] {
  const unicast = `${set} family ${family.version === 4 ? 'inet' : 'inet6'} unicast`
  return [
    `${unicast} prefix-limit maximum ${family.maximumPrefixes}`,
    `${unicast} prefix-limit teardown idle-timeout ${IDLE_MINUTES}`,
    ...(extendedNextHop && family.version === 4 ? [`${unicast} extended-nexthop`] : []),
  ]
}
