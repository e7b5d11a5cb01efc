import { bird } from './bird.js'
import { exabgp } from './exabgp.js'
import { frr } from './frr.js'
import { gobgp } from './gobgp.js'
import { herald } from './herald.js'
import { openbgpd } from './openbgpd.js'
import type { Speaker } from './speaker.js'
import { wire } from './wire.js'

/** In the order of the table. */
export const speakers: readonly Speaker[] = [wire, bird, frr, gobgp, exabgp, openbgpd, herald]
