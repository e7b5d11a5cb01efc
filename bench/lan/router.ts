/** A node that shares an address with others: herald or keepalived, and the service behind the address. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Namespace } from '../../test/support/netns.js'
import type { Running } from '../../test/support/process.js'
import { sleep, waitFor } from '../../test/support/wait.js'
import { prepareDaemon } from './daemon.js'
import { heraldFile } from './responders.js'

export const vip = '10.0.0.200'
export const port = '7'

export interface Router {
  /** Until it owns the address or stands by for it. */
  readonly start: () => Promise<void>
  readonly owns: () => Promise<boolean>
  /** As if the power were cut. */
  readonly die: () => Promise<void>
  /** SIGTERM, to its end. */
  readonly leave: () => Promise<void>
}

export interface RouterKind {
  readonly name: string
  /** A backup has taken over after so many milliseconds. */
  readonly takeOverMs: number
  /** A share of the trials, for what is slow. */
  readonly share: number
  readonly prepare: (namespace: Namespace) => Promise<Router>
}

/** @param interval milliseconds */
export function heraldRouter(interval: number): RouterKind {
  const groups = [{ advertisementInterval: `${interval}ms` }]
  return herald(`${interval} ms`, 4 * interval, { groups })
}

/** It waits for nobody. */
export const heraldAlone = herald('failover none', 0, { failover: 'none' })

function herald(title: string, takeOverMs: number, l2: object): RouterKind {
  return {
    name: `herald, ${title}`,
    takeOverMs,
    share: 1,
    prepare: async (namespace) => {
      await namespace.run(['ip', 'address', 'add', `${vip}/32`, 'dev', 'lo'])
      const daemon = await prepareDaemon(namespace, heraldFile(vip, l2))
      return {
        start: async () => {
          await daemon.start()
          await daemon.stands('owner', 'backup')
        },
        owns: async () => (await daemon.state()) === 'owner',
        die: () => daemon.end('SIGKILL'),
        leave: () => daemon.end('SIGTERM'),
      }
    },
  }
}

/** @param interval milliseconds */
export function keepalived(interval: number): RouterKind {
  return {
    name: `keepalived, ${interval} ms`,
    takeOverMs: 4 * interval,
    share: interval > 500 ? 0.25 : 1,
    prepare: async (namespace) => {
      const folder = await namespace.lab.folder('keepalived')
      const file = join(folder, 'keepalived.conf')
      await writeFile(file, configuration(interval))
      const pids = ['-p', join(folder, 'pid'), '-r', join(folder, 'vrrp.pid')]
      let life: Running | undefined
      const end = async (signal: NodeJS.Signals) => {
        life?.signal(signal)
        await life?.ended
      }
      return {
        start: async () => {
          await waitFor('keepalived', () => {
            // It does not start as long as a child of one that was killed is there.
            if (life?.alive() !== true)
              life = namespace.start(['keepalived', '-n', '-l', '-P', '-f', file, ...pids])
            return /Entering (BACKUP|MASTER) STATE/.test(life.output())
          })
        },
        owns: async () => (await namespace.run(['ip', '-o', 'address', 'show', 'to', vip])) !== '',
        // Its address stays with the kernel, which would answer on: a node without power does not.
        die: async () => {
          await Promise.all([
            end('SIGKILL'),
            namespace.attempt(['ip', 'address', 'del', `${vip}/24`, 'dev', 'eth0']),
          ])
        },
        leave: () => end('SIGTERM'),
      }
    },
  }
}

function configuration(interval: number): string {
  return `vrrp_instance bench {
  version 3
  interface eth0
  virtual_router_id 51
  priority 100
  advert_int ${interval / 1000}
  nopreempt
  state BACKUP
  virtual_ipaddress {
    ${vip}/24
  }
}
`
}

/** The node that owns the address, once exactly one does. */
export async function onlyOwner<R extends { readonly router: Router }>(nodes: readonly R[]): Promise<R> {
  return waitFor(
    'one owner',
    async () => {
      const owning = await Promise.all(nodes.map(({ router }) => router.owns()))
      const [owner, ...others] = nodes.filter((_, i) => owning[i])
      return others.length === 0 ? owner : undefined
    },
    { everyMilliseconds: 50 },
  )
}

export function pause(milliseconds: number): Promise<void> {
  return sleep(milliseconds)
}
