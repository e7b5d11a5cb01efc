/** Two nodes that cannot hear each other both own the address; then they can. */
import type { Owner } from '../../test/support/netns.js'
import { waitFor } from '../../test/support/wait.js'
import type { Programs } from './programs.js'
import { now, type Question, within } from './recorder.js'
import type { SplitRow } from './results.js'
import { onlyOwner, pause, type RouterKind } from './router.js'
import { createSharedLan } from './shared-lan.js'

/** The port of the bridge neither learns nor forwards; its carrier stays. */
const disabled = '0'
const forwarding = '3'

export async function measureSplit(
  owner: Owner,
  kind: RouterKind,
  programs: Programs,
  trials: number,
): Promise<SplitRow> {
  const lan = await createSharedLan(owner, kind, 2, programs)
  const { arp, udp } = lan.record()
  const healed: number[] = []
  for (let i = 0; i < trials; i++) {
    const leader = await onlyOwner(lan.nodes)
    const other = lan.nodes.find((node) => node !== leader)
    if (other === undefined) throw new Error('a split takes two nodes')
    const set = (state: string) => lan.hub.run(['bridge', 'link', 'set', 'dev', other.port, 'state', state])
    await set(disabled)
    await waitFor('the other node to own the address too', () => other.router.owns(), {
      everyMilliseconds: 50,
    })
    await pause(2 * kind.takeOverMs)
    healed.push(now())
    await set(forwarding)
    await pause(kind.takeOverMs + 500)
  }
  const [byArp, byUdp] = await Promise.all([arp.questions(), udp.questions()])
  const length = (kind.takeOverMs + 450) * 1000
  const trialsOf = (questions: readonly Question[]) => healed.map((at) => within(questions, at, at + length))
  const [arps, udps] = [trialsOf(byArp), trialsOf(byUdp)]
  const heard = arps.map((some) => some.find(({ stations }) => stations > 1)?.asked)
  const since = (some: readonly Question[], i: number, isWrong: (question: Question) => boolean) => {
    const [first, last] = [heard[i], some.findLast(isWrong)]
    return first === undefined || last === undefined ? 0 : Math.max(0, last.asked - first + 1000) / 1000
  }
  return {
    router: kind.name,
    oneOwner: arps.map((some, i) => since(some, i, ({ stations }) => stations > 1)),
    table: udps.map((some, i) => {
      const final = some.at(-1)?.by
      return since(some, i, ({ by }) => by !== final)
    }),
  }
}
