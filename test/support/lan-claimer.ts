/** A foreign station that insists on an address: by gratuitous ARP, or unsolicited neighbour advertisements. */
import { fileURLToPath } from 'node:url'
import { interfaceIndex, type Station } from './lan.js'
import type { Running } from './process.js'
import { Hopeless, waitFor } from './wait.js'

const main = fileURLToPath(new URL('lan-claimer-main.js', import.meta.url))

/** Resolves after the first claim. */
export async function startClaimer(
  station: Station & { readonly mac: string },
  address: string,
  everyMs: number,
): Promise<Running> {
  const words = [`${await interfaceIndex(station)}`, station.mac, address, `${everyMs}`]
  const running = station.namespace.start([process.execPath, main, ...words])
  await waitFor('the first claim', () => {
    if (!running.alive()) throw new Hopeless(running.output())
    return running.stdout() !== ''
  })
  return running
}
