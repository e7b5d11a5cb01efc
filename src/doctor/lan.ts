import type { Ip } from '../../net/ip.js'
import type { Certainty, Diagnosis, LanCause } from '../control/api/doctor.js'
import { checkAddress, type LanTrouble, type LanView, stationWords } from '../l2/lan-check.js'
import { troubleWords } from '../l2/trouble-words.js'
import { byCertainty, make, possible } from './diagnosis.js'

/** An address that is wanted on the LAN, and what there is to be seen of it. */
export interface WantedOnLan {
  readonly address: Ip
  /** Whether routers are told of it too: then it need not be in a subnet here. */
  readonly viaBgp: boolean
  readonly view: LanView
}

/** Addresses that one diagnosis names; more are counted. */
const NAMED = 4

/** What is wrong with the addresses that are announced on the LAN: one diagnosis for all that have the same trouble. */
export function diagnoseLan(wanted: readonly WantedOnLan[]): readonly Diagnosis<LanCause>[] {
  const found = new Map<string, { trouble: LanTrouble; certainty: Certainty; addresses: Ip[] }>()
  for (const each of wanted) {
    for (const check of checkAddress(each.address, each.view)) {
      if (check.holds) continue
      const { trouble } = check
      const certainty = certaintyOf(trouble, each)
      const key = JSON.stringify([trouble, certainty])
      const known = found.get(key)
      if (known === undefined) found.set(key, { trouble, certainty, addresses: [each.address] })
      else known.addresses.push(each.address)
    }
  }
  const troubles = [...found.values()].map(({ trouble, certainty, addresses }) => {
    const { text, remedy } = troubleWords(trouble)
    return make<LanCause>(certainty, trouble.is, `${named(addresses)}: ${text}`, { here: remedy })
  })
  // Several of one cause may concern different addresses, so that none is left out.
  return byCertainty([...troubles, ...claimed(wanted)])
}

/** Somebody claimed what this node has and defends: stations may be wrong about it for a while. */
function claimed(wanted: readonly WantedOnLan[]): readonly Diagnosis<LanCause>[] {
  return wanted.flatMap(({ address, view: { report } }) => {
    const { lastConflict, conflicts = 0, state } = report ?? {}
    if (lastConflict === undefined || state === 'contested') return []
    const { mac, at } = lastConflict
    const text = `${address}: ${stationWords(mac)} claimed it at ${at}, ${conflicts} in all; stations may take that one for it`
    return [
      possible('claimed', text, {
        there: 'find that station; a DHCP range that overlaps is the usual cause',
      }),
    ]
  })
}

function certaintyOf(trouble: LanTrouble, { viaBgp }: WantedOnLan): Certainty {
  switch (trouble.is) {
    case 'outside-subnets':
      return viaBgp ? 'possible' : 'certain'
    case 'interface-unknown':
    case 'interface-down':
    case 'interface-member':
    case 'edge-of-subnet':
    case 'address-on-interface':
    case 'kernel-answers':
    case 'contested':
      return 'certain'
    case 'wifi-filters':
    case 'not-advertised':
    case 'not-claimed':
      return 'likely'
    case 'not-taken':
      return trouble.because === undefined ? 'possible' : 'certain'
    case 'nobody-answers':
      return 'possible'
  }
}

function named(addresses: readonly Ip[]): string {
  const more = addresses.length - NAMED
  const first = addresses.slice(0, NAMED).join(', ')
  return more > 0 ? `${first} and ${more} more` : first
}
