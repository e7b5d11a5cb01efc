import type { Namespace } from './netns.js'
import { Hopeless, sleep, waitFor } from './wait.js'

/** Seconds from one KEEPALIVE to the next, as they were on the wire. */
export type Gaps = readonly number[]

/** Type 4 at octet 18 of what TCP carries: of a segment that begins with a KEEPALIVE. */
const keepalive = 'tcp[((tcp[12] & 0xf0) >> 2) + 18] = 4'

/** Watches the KEEPALIVEs that one address sends, by the kernel's time stamps. */
export async function watchKeepalives(namespace: Namespace, name: string, from: string) {
  const tcpdump = namespace.start([
    ...['tcpdump', '--interface', name, '--immediate-mode', '-n', '-l', '-tt', '-s', '128'],
    `src host ${from} and tcp port 179 and ${keepalive}`,
  ])
  await waitFor('tcpdump to listen', () => {
    if (!tcpdump.alive()) throw new Hopeless(tcpdump.output())
    return tcpdump.output().includes('listening on')
  })
  return {
    stop: async (): Promise<Gaps> => {
      // What was sent a moment ago may still be on its way through the kernel to tcpdump.
      await sleep(200)
      await tcpdump.stop()
      const times = [...tcpdump.stdout().matchAll(/^\d+\.\d+/gm)].map(([time]) => Number(time))
      return times.slice(1).map((time, i) => time - (times[i] ?? time))
    },
  }
}
