/** Prints what the interop tests meet: `node dist/test/support/routers/versions.js`. */
import { everyRouter } from './index.js'

for (const kind of everyRouter) console.log(`tested against ${kind.name.padEnd(18)} ${await kind.version()}`)
