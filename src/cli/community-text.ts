import { parseCommunity } from '../../bgp/community.js'
import { UsageError } from './errors.js'

/** A community as it was written, once it is known to be one. */
export function communityText(text: string): string {
  const community = parseCommunity(text)
  if (!community.ok) throw new UsageError(`--community: ${community.because}`)
  return text
}
