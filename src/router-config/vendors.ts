import type { Vendor } from './vendor.js'
import { bird } from './vendors/bird.js'
import { eos } from './vendors/eos.js'
import { frr } from './vendors/frr.js'
import { ios } from './vendors/ios.js'
import { junos } from './vendors/junos.js'
import { nxos } from './vendors/nxos.js'
import { routeros } from './vendors/routeros.js'

/** By what --for takes. Another vendor is a file in vendors/ and a word here. */
export const vendors = { frr, ios, nxos, junos, eos, routeros, bird } satisfies Readonly<
  Record<string, Vendor>
>

export type VendorName = keyof typeof vendors

export const vendorNames = Object.keys(vendors) as readonly VendorName[]
