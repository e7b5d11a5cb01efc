import type { z } from 'zod'
import { didYouMean } from '../net/did-you-mean.js'
import type { Path } from './problem.js'
import { keysAt, placesOf } from './schema-walk.js'

export interface UnknownKey {
  readonly message: string
  /** The key that was probably meant, in the same place. */
  readonly instead?: string
}

/** What to say of a key that the mapping at `parent` does not have. */
export function unknownKey(schema: z.ZodType, parent: Path, key: string): UnknownKey {
  const known = keysAt(schema, parent)
  const synonym = synonyms[key.toLowerCase().replaceAll(/[-_]/g, '')]
  const places = placesOf(schema, key)
  const near = synonym !== undefined && known.includes(synonym) ? synonym : undefined
  const instead = near ?? (places.length > 0 ? undefined : didYouMean(key, known))
  if (instead !== undefined) return { message: `unknown key; did you mean '${instead}'?`, instead }
  if (places.length > 0) return { message: `does not belong here; it is a key of ${places.join(' and ')}` }
  return { message: `unknown key; known here are ${known.join(', ')}` }
}

/** What other speakers call the same thing, in lower case, without - and _. */
const synonyms: Readonly<Record<string, string>> = {
  addresses: 'loadBalancerIPs',
  aggregationlength: 'aggregateLength',
  as: 'asn',
  authpassword: 'password',
  localas: 'localAsn',
  localpref: 'localPreference',
  maximumprefix: 'maxPrefixes',
  md5: 'password',
  myasn: 'asn',
  neighbor: 'address',
  neighbors: 'peers',
  peeraddress: 'address',
  peeras: 'asn',
  peerasn: 'asn',
  peerport: 'port',
  remoteas: 'asn',
  remoteasn: 'asn',
  sourceaddress: 'localAddress',
  updatesource: 'localAddress',
  vrid: 'virtualRouterId',
}
