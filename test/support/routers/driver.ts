/** What one file per vendor provides; everything else about a router is common. */
import type { OpenTable } from './open-table.js'
import type {
  Family,
  Lack,
  NeighborStatus,
  Origination,
  Packaging,
  Route,
  RouterSettings,
  Vendor,
} from './router.js'

export interface Driver {
  readonly vendor: Vendor
  readonly lacks: Readonly<Record<Packaging, readonly Lack[]>>
  /** Prints the version, somewhere in its output. */
  readonly versionCommand: readonly string[]
  readonly versionPattern: RegExp
  /** Configuration files, by name, for the router's own folder. */
  readonly files: (settings: RouterSettings, folder: string) => Readonly<Record<string, string>>
  /** Shell commands that end in `exec DAEMON`, in the foreground. */
  readonly launch: (settings: RouterSettings, folder: string) => string
  /** Fails as long as the daemon does not answer. */
  readonly ready: (console: Console) => Promise<void>
  readonly command: (console: Console, words: readonly string[]) => Promise<string>
  readonly neighbor: (console: Console, address: string) => Promise<NeighborStatus | undefined>
  readonly routes: (console: Console, family: Family) => Promise<readonly Route[]>
  /** Where the daemon can be asked without a process for each question. */
  readonly openTable?: (folder: string) => Promise<OpenTable>
  /** Its files do not carry what it originates: told anew after each start. */
  readonly originatesByCommand: boolean
  readonly originate: (console: Console, route: Origination) => Promise<void>
  readonly withdraw: (console: Console, prefix: string) => Promise<void>
}

/** A running router, as its driver reaches it. */
export interface Console {
  readonly settings: RouterSettings
  readonly folder: string
  /** Runs where the daemon runs; a non-zero exit status throws. */
  readonly run: (argv: readonly string[], stdin?: string) => Promise<string>
  readonly logs: () => Promise<string>
  /** Writes a file of the router's folder anew. */
  readonly write: (name: string, content: string) => Promise<void>
  /** Routes originated and not withdrawn, by prefix; for vendors whose configuration must be written whole. */
  readonly originated: Map<string, Origination>
}

/** Fast, so that tests are; a loaded machine must still keep sessions up. */
export const defaultHoldTimeSeconds = 9

export const bothFamilies: readonly Family[] = ['ipv4/unicast', 'ipv6/unicast']

export function familyOf(prefix: string): Family {
  return prefix.includes(':') ? 'ipv6/unicast' : 'ipv4/unicast'
}

export function keepaliveOf({
  holdTimeSeconds,
  keepaliveSeconds,
}: {
  readonly holdTimeSeconds?: number
  readonly keepaliveSeconds?: number
}): number {
  return keepaliveSeconds ?? Math.floor((holdTimeSeconds ?? defaultHoldTimeSeconds) / 3)
}
