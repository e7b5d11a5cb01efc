/** Removes what dead test processes left: `node dist/test/support/sweep.js`, after a run. */
import { sweepNow } from './leftovers.js'

await sweepNow()
