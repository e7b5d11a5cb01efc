import type { IpVersion } from '../net/prefix.js'

/** The address families herald announces, by the names people type. */
export type Family = 'ipv4/unicast' | 'ipv6/unicast'

/** Address Family Identifier and Subsequent AFI as numbers, also of families that herald does not speak. */
export interface AfiSafi {
  readonly afi: number
  readonly safi: number
}

interface FamilyRow extends AfiSafi {
  readonly family: Family
  readonly version: IpVersion
}

/** A new family is a row here and its NLRI codec. */
const rows: readonly FamilyRow[] = [
  { family: 'ipv4/unicast', afi: 1, safi: 1, version: 4 },
  { family: 'ipv6/unicast', afi: 2, safi: 1, version: 6 },
]

export const families: readonly Family[] = rows.map((row) => row.family)

export function isFamily(text: string): text is Family {
  return rows.some((row) => row.family === text)
}

/** Undefined for a family that herald does not speak. */
export function familyOf({ afi, safi }: AfiSafi): Family | undefined {
  return rows.find((row) => row.afi === afi && row.safi === safi)?.family
}

export function afiSafiOf(family: Family): AfiSafi {
  const { afi, safi } = rowOf(family)
  return { afi, safi }
}

export function ipVersionOf(family: Family): IpVersion {
  return rowOf(family).version
}

export function familyOfVersion(version: IpVersion): Family {
  return version === 4 ? 'ipv4/unicast' : 'ipv6/unicast'
}

/** 'ipv4/unicast'; 'AFI 25, SAFI 70' for a family that herald does not speak. */
export function formatAfiSafi({ afi, safi }: AfiSafi): string {
  return familyOf({ afi, safi }) ?? `AFI ${afi}, SAFI ${safi}`
}

function rowOf(family: Family): FamilyRow {
  const row = rows.find((candidate) => candidate.family === family)
  if (row === undefined) throw new RangeError(`no such family: ${family}`)
  return row
}
