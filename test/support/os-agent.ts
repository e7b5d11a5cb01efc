/** What src/os/ has for the packet thread, in a process of its own, inside a network namespace. */
import type { IpVersion } from '../../net/prefix.js'
import type { KernelLink } from '../../src/os/link-table.js'
import type { PacketKind } from '../../src/os/packet-filters.js'
import { type Agent, startProcess } from './agent.js'
import type { Namespace } from './netns.js'

export type OsRequest =
  | { readonly do: 'refusal' }
  | { readonly do: 'open-packets'; readonly kind: PacketKind; readonly index: number }
  /** Waits for one at most so many milliseconds, then takes all that are there. */
  | { readonly do: 'receive'; readonly socket: number; readonly milliseconds?: number }
  | { readonly do: 'send'; readonly socket: number; readonly frame: string; readonly times?: number }
  | { readonly do: 'promiscuous'; readonly socket: number; readonly on: boolean }
  | { readonly do: 'dropped'; readonly socket: number }
  | { readonly do: 'close'; readonly socket: number }
  /** @property receiveBuffer octets, for one that is easily full */
  | { readonly do: 'watch'; readonly receiveBuffer?: number }
  /** Reads what has arrived. */
  | { readonly do: 'links' }
  | ({ readonly do: 'join' | 'leave' } & { readonly index: number; readonly group: string })
  | { readonly do: 'forget'; readonly index: number }
  | { readonly do: 'open-vrrp'; readonly version: IpVersion; readonly index: number }
  | ({ readonly do: 'advertise' } & Advertised)

export interface Advertised {
  readonly version: IpVersion
  readonly to: string
  readonly from: string
  readonly payload: string
}

export interface OsAnswers {
  readonly refusal: string | undefined
  /** By which later requests name it; in words, why not. */
  readonly 'open-packets': number | string
  /** In hexadecimal. */
  readonly receive: readonly string[]
  readonly send: string | undefined
  readonly promiscuous: undefined
  readonly dropped: number
  readonly close: undefined
  readonly watch: undefined
  readonly links: {
    /** Undefined when nothing of interest has changed. */
    readonly changed?: readonly number[]
    readonly links: readonly KernelLink[]
  }
  readonly join: string | undefined
  readonly leave: undefined
  readonly forget: undefined
  readonly 'open-vrrp': string | undefined
  readonly advertise: string | undefined
}

export type OsAgent = Agent<OsRequest, OsAnswers>

/** @param launcher a command that starts another, to take privileges away, for instance */
export function startOsAgent(namespace: Namespace, launcher: readonly string[] = []): OsAgent {
  return startProcess(namespace, 'os-agent-main.js', launcher)
}

/** The interface's number, which it keeps as long as it is there. */
export async function indexOf(namespace: Namespace, name: string): Promise<number> {
  const [link] = JSON.parse(await namespace.run(['ip', '-json', 'link', 'show', 'dev', name]))
  return link.ifindex
}
