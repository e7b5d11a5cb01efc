/** What goes over one interface of a namespace, into a file, from the moment the returned promise resolves. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ownPrefix } from './leftovers.js'
import type { Namespace } from './netns.js'
import { Hopeless, sleep, waitFor } from './wait.js'

export interface Tcpdump {
  /** Ends the capture, and gives its file, which ends with the laboratory. */
  readonly stop: () => Promise<string>
}

/** @param filter as tcpdump has it: 'tcp port 179' */
export async function startTcpdump(namespace: Namespace, name: string, filter: string): Promise<Tcpdump> {
  const folder = await mkdtemp(join(tmpdir(), `${ownPrefix}capture-`))
  namespace.lab.atEnd(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'frames.pcap')
  const tcpdump = namespace.start([
    ...['tcpdump', '--interface', name, '--immediate-mode', '-Z', 'root', '-U', '-w', file],
    ...['-s', '0', ...filter.split(' ')],
  ])
  await waitFor('tcpdump to listen', () => {
    if (!tcpdump.alive()) throw new Hopeless(tcpdump.output())
    return tcpdump.output().includes('listening on')
  })
  return {
    stop: async () => {
      // What was sent a moment ago may still be on its way through the kernel to tcpdump.
      await sleep(200)
      await tcpdump.stop()
      return file
    },
  }
}
