/** An owner that is gone, and one that goes as planned: how long clients wait, and what they lose. */
import type { Owner } from '../../test/support/netns.js'
import type { Programs } from './programs.js'
import { longestGap, lost, now, type Question, twice, within } from './recorder.js'
import type { OutageRow } from './results.js'
import { onlyOwner, pause, type RouterKind } from './router.js'
import { createSharedLan, type SharedLan, type SharedNode } from './shared-lan.js'

export interface Change {
  readonly what: string
  readonly happens: (node: SharedNode, lan: SharedLan) => Promise<void>
  readonly undone: (node: SharedNode, lan: SharedLan) => Promise<void>
}

const plug =
  (way: 'up' | 'down') =>
  async (node: SharedNode, { hub }: SharedLan) => {
    await hub.run(['ip', 'link', 'set', node.port, way])
  }

export const killed: Change = {
  what: 'killed (kill -9)',
  happens: async (node) => {
    await Promise.all([node.router.die(), node.endService()])
  },
  undone: async (node) => {
    node.serve()
    await node.router.start()
  },
}

export const cut: Change = { what: 'cable cut', happens: plug('down'), undone: plug('up') }

export const left: Change = {
  what: 'planned stop (SIGTERM)',
  happens: (node) => node.router.leave(),
  undone: (node) => node.router.start(),
}

/** What is seen around a trial, beside the time that a take-over takes; milliseconds. */
const margin = 300

export async function measureOutages(
  owner: Owner,
  kind: RouterKind,
  count: number,
  change: Change,
  programs: Programs,
  trials: number,
): Promise<OutageRow> {
  const lan = await createSharedLan(owner, kind, count, programs)
  const { arp, udp } = lan.record()
  await pause(margin)
  const moments: { readonly quiet: number; readonly from: number; readonly to: number }[] = []
  for (let i = 0; i < trials; i++) {
    const before = await onlyOwner(lan.nodes)
    const quiet = now()
    await pause(kind.takeOverMs + margin)
    const from = now()
    await change.happens(before, lan)
    await pause(kind.takeOverMs + margin)
    await onlyOwner(lan.nodes.filter((node) => node !== before))
    moments.push({ quiet, from, to: now() })
    await change.undone(before, lan)
    // Frames of its own are the first to reach it again.
    await pause(kind.takeOverMs + margin)
  }
  const [byArp, byUdp] = await Promise.all([arp.questions(), udp.questions()])
  const each = (questions: readonly Question[], measure: (some: readonly Question[]) => number) =>
    moments.map(({ from, to }) => measure(within(questions, from - 20_000, to)))
  return {
    ...{ what: change.what, nodes: count, router: kind.name },
    arp: each(byArp, longestGap),
    udp: each(byUdp, longestGap),
    lostArp: each(byArp, lost),
    lostUdp: each(byUdp, lost),
    twice: each(byArp, twice),
    quiet: moments.map(({ quiet, from }) => longestGap(within(byUdp, quiet, from))),
  }
}
