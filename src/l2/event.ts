import type { AddressState } from '../../arp/segment/address-state.js'
import type { Ip } from '../../net/ip.js'
import type { Mac } from '../../net/mac.js'

export type L2Event =
  | {
      readonly kind: 'ownership'
      readonly address: Ip
      readonly interface: string
      readonly from: AddressState
      readonly to: AddressState
      readonly because: string
    }
  /** A station that is none of our nodes uses the address, or wants it. */
  | {
      readonly kind: 'conflict'
      readonly address: Ip
      readonly interface: string
      readonly mac: Mac
      /** Since the address was taken into use. */
      readonly conflicts: number
      readonly defended: boolean
    }
  /** Up, down, gone, back, or with another MAC address. */
  | { readonly kind: 'interface'; readonly interface: string; readonly text: string }
  | { readonly kind: 'warning'; readonly text: string }
