import type { Ip } from '../net/ip.js'
import type { Mac } from '../net/mac.js'

/**
 * A station says that an address is its own ('claim'), or asks before it takes it ('probe'): what RFC 5227 §2.1.1 and
 * §2.4, and RFC 4862 §5.4 count as conflict when the address is ours and the station is not.
 */
export interface Assertion {
  readonly is: 'claim' | 'probe'
  readonly ip: Ip
  readonly mac: Mac
}
