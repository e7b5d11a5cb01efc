import { addressOf, type Prefix } from '../../net/prefix.js'
import type { Gate } from '../control/api/explain.js'
import { checkAddress, type LanView } from '../l2/lan-check.js'
import { troubleWords } from '../l2/trouble-words.js'
import { failed, passed } from './gate.js'

/** Every gate between wanting an address on the LAN and a station there answering for it, in order. */
export function lanGates(prefix: Prefix, group: string, view: LanView): readonly Gate[] {
  const checks = checkAddress(addressOf(prefix), view).map((check) => {
    if (check.holds) return passed(check.at, check.text)
    const { text, remedy } = troubleWords(check.trouble)
    return failed(check.at, text, remedy)
  })
  return [passed('via-l2', `announced on the LAN, in group ${group}`), ...checks]
}
