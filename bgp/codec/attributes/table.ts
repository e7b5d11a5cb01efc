import { aggregator, as4Aggregator, as4Path, atomicAggregate } from './aggregation.js'
import { communities, extendedCommunities, largeCommunities } from './communities.js'
import { asPath, nextHop, origin } from './mandatory.js'
import { mpReach, mpUnreach } from './multiprotocol.js'
import { opaqueRows } from './opaque.js'
import { aigp, localPref, multiExitDisc, onlyToCustomer } from './preference.js'
import { clusterList, originatorId } from './reflection.js'
import type { AttributeKind, AttributeRow, KnownRow } from './row.js'

export type KnownKind = Exclude<AttributeKind, 'unknown'>

/** A kind without a row does not compile. */
export const knownRows: { readonly [K in KnownKind]: KnownRow<K> } = {
  origin,
  'as-path': asPath,
  'next-hop': nextHop,
  'multi-exit-disc': multiExitDisc,
  'local-pref': localPref,
  'atomic-aggregate': atomicAggregate,
  aggregator,
  communities,
  'originator-id': originatorId,
  'cluster-list': clusterList,
  'mp-reach': mpReach,
  'mp-unreach': mpUnreach,
  'extended-communities': extendedCommunities,
  'as4-path': as4Path,
  'as4-aggregator': as4Aggregator,
  aigp,
  'large-communities': largeCommunities,
  'only-to-customer': onlyToCustomer,
}

const byCode: ReadonlyMap<number, AttributeRow> = new Map(
  [...Object.values(knownRows), ...opaqueRows].map((row) => [row.code, row]),
)

/** Undefined for an attribute that herald does not know. */
export function rowOfCode(code: number): AttributeRow | undefined {
  return byCode.get(code)
}

/** 'ORIGIN', or 'attribute 99'. */
export function attributeName(code: number): string {
  return byCode.get(code)?.name ?? `attribute ${code}`
}
