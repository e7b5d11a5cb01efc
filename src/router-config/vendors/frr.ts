import type { FamilySide, RouterSide } from '../router-side.js'
import { indented, type Vendor } from '../vendor.js'
import { entries, geLe, listName, outName, protocolOf, RESTART_MINUTES, routeMaps } from './cisco.js'

export const frr: Vendor = {
  title: 'FRRouting',
  comment: '!',
  usage: 'In vtysh: configure terminal, then paste; or add it to /etc/frr/frr.conf.',
  write: (side) => ({
    remarks: remarks(side),
    lines: [
      ...side.families.flatMap((family) =>
        entries(family, geLe).map(
          (entry) => `${protocolOf(family)} prefix-list ${listName(side, family)} ${entry}`,
        ),
      ),
      '!',
      ...routeMaps(side, ' ', ['exit', '!'], (family) => nextHop(side, family)),
      `router bgp ${side.as}`,
      ...indented(1, [...session(side), ...everyFamily(side)]),
      'exit',
    ],
  }),
}

function remarks({
  listenPort,
  peer,
  neighbor,
  node,
  unnumbered,
  longLivedStaleSeconds,
}: RouterSide): readonly string[] {
  return [
    ...(longLivedStaleSeconds === undefined
      ? []
      : ['FRR, 8.4 at least, has long-lived graceful restart for all neighbors that want it, or for none.']),
    ...(listenPort === 179
      ? []
      : [`bgpd listens on 179 unless it is started with -p: ${node} dials ${peer} on ${listenPort}.`]),
    ...(neighbor.kind === 'link-local' && !unnumbered
      ? [
          `FRR 10 uses routes only if ${node} has a global address on the link as well: see docs/router-config.md.`,
        ]
      : []),
  ]
}

/** FRR 10 looks for the link-local next hop of a neighbor without router advertisements on no interface. */
function nextHop({ neighbor, unnumbered }: RouterSide, { version }: FamilySide): readonly string[] {
  return neighbor.kind === 'link-local' && !unnumbered && version === 6
    ? ['set ipv6 next-hop prefer-global']
    : []
}

function session(side: RouterSide): readonly string[] {
  const { nodeAs, neighbor, distance, password, dialPort } = side
  const set = `neighbor ${nameOf(side)}`
  const whom =
    neighbor.kind === 'range'
      ? [`${set} peer-group`, `${set} remote-as ${nodeAs}`]
      : [`${set} ${side.unnumbered ? 'interface ' : ''}remote-as ${nodeAs}`]
  return [
    ...(side.longLivedStaleSeconds === undefined
      ? []
      : [`bgp long-lived-graceful-restart stale-time ${side.longLivedStaleSeconds}`]),
    ...whom,
    ...(neighbor.kind === 'range' ? [`bgp listen range ${neighbor.range} peer-group ${nameOf(side)}`] : []),
    ...(neighbor.kind === 'link-local' && !side.unnumbered ? [`${set} interface ${neighbor.interface}`] : []),
    `${set} description ${side.node} (herald)`,
    ...(neighbor.kind === 'address' ? [`${set} update-source ${side.address}`] : []),
    `${set} timers ${side.keepaliveTimeSeconds} ${side.holdTimeSeconds}`,
    ...(password === undefined ? [] : [`${set} password ${password}`]),
    ...(distance.kind === 'multihop' ? [`${set} ebgp-multihop ${distance.ttl}`] : []),
    ...(distance.kind === 'ttl-security' ? [`${set} ttl-security hops ${distance.hops}`] : []),
    ...(dialPort === undefined && neighbor.kind !== 'range' ? [`${set} passive`] : []),
    ...(dialPort === undefined || dialPort === 179 ? [] : [`${set} port ${dialPort}`]),
    ...(side.gracefulRestart ? [`${set} graceful-restart-helper`] : []),
    ...(side.extendedNextHop ? [`${set} capability extended-nexthop`] : []),
  ]
}

/** IPv4 is active unless it is told not to be. */
function everyFamily(side: RouterSide): readonly string[] {
  const ipv4 = side.families.some(({ version }) => version === 4)
  return [
    ...(ipv4
      ? []
      : ['address-family ipv4 unicast', ` no neighbor ${nameOf(side)} activate`, 'exit-address-family']),
    ...side.families.flatMap((family) => oneFamily(side, family)),
  ]
}

function oneFamily(side: RouterSide, family: FamilySide): readonly string[] {
  const set = `neighbor ${nameOf(side)}`
  return [
    '!',
    `address-family ${family.family.replace('/', ' ')}`,
    ...indented(1, [
      `${set} activate`,
      `${set} route-map ${listName(side, family)}-in in`,
      `${set} route-map ${outName(side)} out`,
      `${set} maximum-prefix ${family.maximumPrefixes} restart ${RESTART_MINUTES}`,
    ]),
    'exit-address-family',
  ]
}

function nameOf({ neighbor, label, unnumbered }: RouterSide): string {
  if (unnumbered && neighbor.kind === 'link-local') return neighbor.interface
  return neighbor.kind === 'range' ? label : neighbor.address
}
