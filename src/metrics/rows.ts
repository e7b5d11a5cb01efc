import { bgpRows } from './bgp-rows.js'
import { lanRows } from './lan-rows.js'
import { nodeRows } from './node-rows.js'
import type { Row } from './row.js'

/** Every metric of ours, in the order of /metrics; those of the process come from prom-client. */
export const rows: readonly Row[] = [...nodeRows, ...bgpRows, ...lanRows]
