import { lengthOf } from '../../../net/prefix.js'
import type { PrefixBlock } from '../../../net/prefix-range.js'
import type { FamilySide, RouterSide } from '../router-side.js'
import { indented, type Vendor } from '../vendor.js'

export const bird: Vendor = {
  title: 'BIRD 2',
  comment: '#',
  usage: 'Add it to /etc/bird/bird.conf, which has protocol device already, then: birdc configure.',
  write: (side) => ({
    remarks: side.internal
      ? [
          'BIRD resolves the next hops of internal sessions by its own table: protocol direct or an IGP fills it.',
        ]
      : [],
    lines: [
      ...side.families.flatMap((family) => [...filter(side, family), '']),
      `protocol bgp ${symbol(side)} {`,
      ...indented(2, [...session(side), ...side.families.map((family) => channel(side, family))]),
      '}',
    ],
  }),
}

function filter(side: RouterSide, family: FamilySide): readonly string[] {
  const set = family.accepts.map(pattern)
  const name = `${symbol(side)}_ipv${family.version}`
  if (set.length === 0) return [`filter ${name} { reject; }`]
  return [
    `filter ${name} {`,
    '  if net ~ [',
    ...indented(4, [set.join(',\n    ')]),
    '  ] then accept;',
    '  reject;',
    '}',
  ]
}

function pattern({ prefix, length }: PrefixBlock): string {
  return lengthOf(prefix) === length ? prefix : `${prefix}{${length},${length}}`
}

function session(side: RouterSide): readonly string[] {
  const { neighbor, distance, password, dialPort, listenPort } = side
  const port = listenPort === 179 ? '' : ` port ${listenPort}`
  return [
    `description "${side.node} (herald)";`,
    `local ${side.address}${port} as ${side.as};`,
    ...whom(side),
    ...hops(side),
    `hold time ${side.holdTimeSeconds};`,
    // BIRD wants it positive even where it sends none.
    ...(side.holdTimeSeconds === 0 ? [] : [`keepalive time ${side.keepaliveTimeSeconds};`]),
    ...(password === undefined ? [] : [`password "${password}";`]),
    ...(distance.kind === 'ttl-security' ? ['ttl security on;'] : []),
    ...(dialPort === undefined && neighbor.kind !== 'range' ? ['passive on;'] : []),
    ...(side.gracefulRestart ? ['graceful restart aware;'] : []),
    ...(side.longLivedStaleSeconds === undefined ? [] : ['long lived graceful restart aware;']),
  ]
}

function whom({ neighbor, nodeAs, dialPort = 179, label }: RouterSide): readonly string[] {
  const port = dialPort === 179 ? '' : ` port ${dialPort}`
  switch (neighbor.kind) {
    case 'address':
      return [`neighbor ${neighbor.address}${port} as ${nodeAs};`]
    case 'link-local':
      return [`neighbor ${neighbor.address}%'${neighbor.interface}'${port} as ${nodeAs};`]
    case 'range':
      return [
        `neighbor range ${neighbor.range} as ${nodeAs};`,
        `dynamic name "${label.replaceAll('-', '_')}_";`,
      ]
  }
}

/** External sessions are direct unless told, internal ones are not. */
function hops({ distance }: RouterSide): readonly string[] {
  switch (distance.kind) {
    case 'direct':
      return []
    case 'multihop':
      return [`multihop ${distance.ttl};`]
    case 'ttl-security':
      return distance.hops === 1 ? ['direct;'] : [`multihop ${distance.hops};`]
  }
}

function channel(side: RouterSide, { version, maximumPrefixes }: FamilySide): string {
  const words = [
    `import filter ${symbol(side)}_ipv${version};`,
    `import limit ${maximumPrefixes} action restart;`,
    'export none;',
    ...(side.extendedNextHop && version === 4 ? ['extended next hop on;'] : []),
  ]
  return `ipv${version} { ${words.join(' ')} };`
}

/** BIRD's names have no '-' and begin with a letter. */
function symbol({ label }: RouterSide): string {
  const name = label.replaceAll('-', '_')
  return /^[A-Za-z]/.test(name) ? name : `node_${name}`
}
