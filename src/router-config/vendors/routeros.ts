import { lengthOf } from '../../../net/prefix.js'
import type { PrefixBlock } from '../../../net/prefix-range.js'
import type { FamilySide, RouterSide } from '../router-side.js'
import { longLivedByHand, type Vendor } from '../vendor.js'

export const routeros: Vendor = {
  title: 'MikroTik RouterOS 7.20 and later',
  comment: '#',
  usage: 'In a terminal, paste.',
  write: (side) => ({
    remarks: [...remarks(side), ...longLivedByHand(side)],
    lines: [
      '/routing/filter/rule',
      ...side.families.flatMap(({ accepts }) =>
        accepts.map((block) => rule(`${side.label}-in`, accept(block))),
      ),
      rule(`${side.label}-in`, 'reject'),
      rule(`${side.label}-out`, 'reject'),
      '/routing/bgp/instance',
      `add name=${side.label} as=${side.as}`,
      '/routing/bgp/connection',
      `add ${parameters(side).join(' \\\n    ')}`,
    ],
  }),
}

function remarks({ listenPort }: RouterSide): readonly string[] {
  return [
    'Where an instance with this AS is there already, leave the new one out and name that one.',
    ...(listenPort === 179 ? [] : [`RouterOS listens where local.port says: ${listenPort}.`]),
  ]
}

function parameters(side: RouterSide): readonly string[] {
  const { label, neighbor, distance, password, dialPort, address, listenPort, families } = side
  const dials = dialPort !== undefined && neighbor.kind !== 'range'
  const zone = neighbor.kind === 'link-local' ? `%${neighbor.interface}` : ''
  return [
    `name=${label} instance=${label}`,
    `remote.address=${neighbor.kind === 'range' ? neighbor.range : `${neighbor.address}${zone}`} remote.as=${side.nodeAs}`,
    `local.address=${address}${zone} local.role=${side.internal ? 'ibgp' : 'ebgp'}`,
    `connect=${dials ? 'yes' : 'no'} listen=yes`,
    ...(dials && dialPort !== 179 ? [`remote.port=${dialPort}`] : []),
    ...(listenPort === 179 ? [] : [`local.port=${listenPort}`]),
    `hold-time=${side.holdTimeSeconds === 0 ? 'infinity' : `${side.holdTimeSeconds}s keepalive-time=${side.keepaliveTimeSeconds}s`}`,
    ...(password === undefined ? [] : [`tcp-md5-key="${password}"`]),
    ...hops(distance),
    `afi=${families.map(({ version }) => (version === 4 ? 'ip' : 'ipv6')).join(',')}`,
    `input.filter=${label}-in ${families.map(limit).join(' ')}`,
    `output.filter-chain=${label}-out`,
  ]
}

function hops(distance: RouterSide['distance']): readonly string[] {
  switch (distance.kind) {
    case 'direct':
      return []
    case 'multihop':
      return [`multihop=yes local.ttl=${distance.ttl}`]
    case 'ttl-security':
      return [`local.ttl=255 remote.ttl=${256 - distance.hops}${distance.hops === 1 ? '' : ' multihop=yes'}`]
  }
}

/** RouterOS takes powers of ten alone. */
function limit({ version, maximumPrefixes }: FamilySide): string {
  return `input.limit-process-routes-ipv${version}=${10 ** Math.ceil(Math.log10(maximumPrefixes))}`
}

function rule(chain: string, text: string): string {
  return `add chain=${chain} rule="${text}"`
}

function accept({ prefix, length }: PrefixBlock): string {
  const condition =
    lengthOf(prefix) === length ? `dst == ${prefix}` : `dst in ${prefix} && dst-len == ${length}`
  return `if (${condition}) { accept }`
}
