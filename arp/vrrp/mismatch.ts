import type { Advertisement } from './message.js'
import type { VrrpSettings } from './state.js'

/** What two routers of one virtual router should agree on; RFC 9568 §7.1 asks to log it, not to drop the packet. */
export type Mismatch = 'advertisement-interval' | 'addresses'

export function mismatches(
  advertisement: Advertisement,
  settings: Pick<VrrpSettings, 'advertisementInterval' | 'addresses'>,
): readonly Mismatch[] {
  const found: Mismatch[] = []
  if (advertisement.maxAdvertiseInterval !== settings.advertisementInterval)
    found.push('advertisement-interval')
  const theirs = new Set(advertisement.addresses)
  const same = theirs.size === settings.addresses.length && settings.addresses.every((ip) => theirs.has(ip))
  if (!same) found.push('addresses')
  return found
}
