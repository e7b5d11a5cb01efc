/** What the bench asks of a speaker, in no vendor's words. */
import type { CommandOptions } from '../../test/support/command.js'
import type { Table } from '../table.js'

export const speakerNames = ['wire', 'bird', 'frr', 'gobgp', 'exabgp', 'openbgpd', 'herald'] as const
export type SpeakerName = (typeof speakerNames)[number]

export interface Task {
  /** For its files; other users may read it. */
  readonly folder: string
  readonly table: Table
  /** Where it waits for its peers, on port 179. */
  readonly address: string
  readonly asn: number
  readonly peers: readonly { readonly address: string; readonly asn: number }[]
  readonly holdTimeSeconds: number
  /** Runs a command beside the speaker; its CPU time and memory are the speaker's. */
  readonly run: (argv: readonly string[], options?: CommandOptions) => Promise<string>
  /** The compiled receiver. */
  readonly receiver: string
}

export interface Prepared {
  /** Time begins when this is started. */
  readonly argv: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** What must be done once it runs, to have it announce the table. */
  readonly load?: () => Promise<void>
  /** The peers come once that is done: a speaker that packs only what is there when a session begins. */
  readonly peersAfterLoad?: boolean
  /** Takes the table's `few` back at run time; absent where there is no way for many at once. */
  readonly withdrawFew?: () => Promise<void>
  readonly announceFew?: () => Promise<void>
  readonly withdrawAll?: () => Promise<void>
  /** Lets go of what `prepare` opened. */
  readonly end?: () => void
}

export interface Speaker {
  readonly name: SpeakerName
  /** As it is called in tables. */
  readonly title: string
  /** Absent where it is not installed. */
  readonly version: () => Promise<string | undefined>
  /** Writes its files. */
  readonly prepare: (task: Task) => Promise<Prepared>
}
