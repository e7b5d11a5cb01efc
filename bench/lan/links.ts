/** An interface that goes and comes, or becomes another one: from the command to the first answer. */
import type { Owner } from '../../test/support/netns.js'
import type { Programs } from './programs.js'
import { now } from './recorder.js'
import type { LinkRow } from './results.js'
import { onlyOwner, pause, type RouterKind } from './router.js'
import { createSharedLan, type SharedLan, type SharedNode } from './shared-lan.js'

interface LinkChange {
  readonly what: string
  readonly before?: (node: SharedNode, lan: SharedLan) => Promise<unknown>
  /** What is timed. */
  readonly timed: (node: SharedNode, lan: SharedLan, trial: number) => Promise<unknown>
  /** The last octet of the MAC address that must answer. */
  readonly octet?: (trial: number) => number
}

const link = ({ namespace }: SharedNode, ...words: string[]) =>
  namespace.run(['ip', 'link', 'set', 'eth0', ...words])
const other = (trial: number) => 0xa0 + (trial % 16)

const changes: readonly LinkChange[] = [
  {
    what: 'interface down and up',
    before: (node) => link(node, 'down'),
    timed: (node) => link(node, 'up'),
  },
  {
    what: 'cable out and in',
    before: ({ port }, { hub }) => hub.run(['ip', 'link', 'set', port, 'down']),
    timed: ({ port }, { hub }) => hub.run(['ip', 'link', 'set', port, 'up']),
  },
  {
    what: 'interface deleted and created again',
    before: async ({ namespace, port }, { hub }) => {
      await namespace.run(['ip', 'link', 'del', 'eth0'])
      const peer = ['peer', 'name', 'eth0', 'netns', namespace.name]
      await hub.run(['ip', 'link', 'add', port, 'type', 'veth', ...peer])
      await hub.run(['ip', 'link', 'set', port, 'master', 'br0', 'up'])
      await namespace.run(['ip', 'address', 'add', '10.0.0.11/24', 'dev', 'eth0'])
    },
    timed: (node) => link(node, 'up'),
  },
  {
    what: 'another MAC address',
    timed: (node, _, trial) => link(node, 'address', `02:00:00:00:00:${other(trial).toString(16)}`),
    octet: other,
  },
]

export async function measureLinks(
  owner: Owner,
  kind: RouterKind,
  programs: Programs,
  trials: number,
): Promise<readonly LinkRow[]> {
  const lan = await createSharedLan(owner, kind, 1, programs)
  const { arp, udp } = lan.record()
  const node = await onlyOwner(lan.nodes)
  const timed = new Map<LinkChange, readonly { readonly at: number; readonly octet?: number }[]>()
  for (const change of changes) {
    const moments: { readonly at: number; readonly octet?: number }[] = []
    for (let i = 0; i < trials; i++) {
      await change.before?.(node, lan)
      await pause(200)
      const octet = change.octet?.(i)
      moments.push({ at: now(), ...(octet !== undefined && { octet }) })
      await change.timed(node, lan, i)
      await pause(kind.takeOverMs + 500)
      await onlyOwner(lan.nodes)
    }
    timed.set(change, moments)
  }
  const [questions] = await Promise.all([arp.questions(), udp.questions()])
  return changes.map((change) => ({
    ...{ what: change.what, router: kind.name },
    ms: (timed.get(change) ?? []).map(({ at, octet }) => {
      const first = questions.find(
        ({ asked, answered, by }) =>
          asked >= at && answered !== undefined && (octet === undefined || by === octet),
      )
      return ((first?.answered ?? Number.NaN) - at) / 1000
    }),
  }))
}
