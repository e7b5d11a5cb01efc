import type { Attribute } from '../attribute.js'

/** Octets of memory, roughly: what an object, a number in a list and a short string of their own take. */
const OBJECT = 100
const NUMBER = 8
const STRING = 64

/** Octets of memory that decoded attributes take, to the order of magnitude. */
export function memoryOf(attributes: readonly Attribute[]): number {
  return attributes.reduce((sum, attribute) => sum + OBJECT + contentOf(attribute), 0)
}

function contentOf(attribute: Attribute): number {
  switch (attribute.kind) {
    case 'as-path':
    case 'as4-path':
      return attribute.segments.reduce((sum, { ases }) => sum + OBJECT + NUMBER * ases.length, 0)
    case 'communities':
      return NUMBER * attribute.communities.length
    case 'extended-communities':
    case 'large-communities':
      return STRING * attribute.communities.length
    case 'cluster-list':
      return STRING * attribute.clusters.length
    case 'mp-reach':
      return STRING * attribute.nlri.length
    case 'mp-unreach':
      return STRING * attribute.withdrawn.length
    case 'unknown':
      return attribute.value.length
    case 'origin':
    case 'next-hop':
    case 'multi-exit-disc':
    case 'local-pref':
    case 'atomic-aggregate':
    case 'aggregator':
    case 'originator-id':
    case 'as4-aggregator':
    case 'aigp':
    case 'only-to-customer':
      return 0
  }
}
