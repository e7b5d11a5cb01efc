import type { Ip } from '../../net/ip.js'
import type { Mac } from '../../net/mac.js'
import type { AddressState } from './address-state.js'

/** What happens on one link, for people. */
export type SegmentEvent =
  | {
      readonly kind: 'ownership'
      readonly address: Ip
      readonly from: AddressState
      readonly to: AddressState
      readonly because: string
    }
  /** A station that is none of our nodes uses the address, or wants it. */
  | {
      readonly kind: 'conflict'
      readonly address: Ip
      readonly mac: Mac
      /** Since the address was taken into use. */
      readonly conflicts: number
      readonly defended: boolean
    }
  | { readonly kind: 'warning'; readonly text: string }
