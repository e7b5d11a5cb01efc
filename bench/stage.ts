/** Two network namespaces on a cable: the speaker in one, the receiver with all its addresses in the other. */
import { chmod } from 'node:fs/promises'
import { attempt, type CommandOptions, run } from '../test/support/command.js'
import { createLab, type Namespace, type Owner } from '../test/support/netns.js'
import { type Running, start } from '../test/support/process.js'
import { Receiver } from './receiver.js'
import type { Prepared, Task } from './speakers/speaker.js'
import { ProcessGroup } from './usage.js'

export interface Stage {
  readonly folder: string
  readonly speakerAddress: string
  readonly peers: readonly { readonly address: string; readonly asn: number }[]
  readonly group: ProcessGroup
  readonly run: Task['run']
  readonly receiver: Receiver
  /** Starts the speaker; it ends with the stage. */
  readonly start: (prepared: Prepared) => Running
}

interface Wanted {
  readonly version: 4 | 6
  readonly peers: number
  /** The compiled receiver. */
  readonly program: string
}

let count = 0

export async function createStage(owner: Owner, { version, peers, program }: Wanted): Promise<Stage> {
  const lab = await createLab(owner)
  const folder = await lab.folder('bench')
  await chmod(folder, 0o755)
  const [speaker, watcher] = [await lab.namespace('speaker'), await lab.namespace('receiver')]
  const speakerAddress = version === 4 ? '10.99.0.1' : 'fd99::1'
  const addresses = Array.from({ length: peers }, (_, i) =>
    version === 4 ? `10.99.1.${i + 1}` : `fd99::1:${i + 1}`,
  )
  const bits = version === 4 ? 16 : 64
  await lab.cable(
    { in: speaker, name: 'eth0', addresses: [`${speakerAddress}/${bits}`] },
    { in: watcher, name: 'eth0', addresses: [] },
  )
  await addAddresses(watcher, addresses, bits)
  const group = new ProcessGroup(`${count++}`)
  lab.atEnd(() => group.remove())
  const inside = (argv: readonly string[]) => group.inside(speaker.inside(argv))
  const receiver = new Receiver(watcher.inside([program]))
  lab.atEnd(() => receiver.stop())
  return {
    folder,
    speakerAddress,
    peers: addresses.map((address, i) => ({ address, asn: 65101 + i })),
    group,
    receiver,
    run: (argv: readonly string[], options?: CommandOptions) => run(inside(argv), options),
    start: (prepared) => {
      const running = start(inside(prepared.argv), prepared.env)
      lab.atEnd(async () => {
        await running.stop(2)
        prepared.end?.()
      })
      return running
    },
  }
}

async function addAddresses(namespace: Namespace, addresses: readonly string[], bits: number): Promise<void> {
  const lines = addresses.map(
    (address) => `address add ${address}/${bits} dev eth0${bits === 64 ? ' nodad' : ''}\n`,
  )
  const { status, stderr } = await attempt(namespace.inside(['ip', '-batch', '-']), { stdin: lines.join('') })
  if (status !== 0) throw new Error(stderr)
}
