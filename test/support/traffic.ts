/** What one neighbour sent a router while something was done: counted by the router, so that nothing escapes. */
import { only } from './only.js'
import type { MessageCounts, Router } from './routers/index.js'
import { waitFor } from './wait.js'

/** Messages other than KEEPALIVEs, and whether the session is still the one it was. */
export interface Traffic {
  readonly open: number
  readonly update: number
  readonly notification: number
  /** ROUTE-REFRESH, and whatever else a router counts in its total. */
  readonly other: number
  /** What the router logged meanwhile. */
  readonly log: string
}

export const nothing = { open: 0, update: 0, notification: 0, other: 0 }

/**
 * Counts what comes from the neighbour from before `action` until two KEEPALIVEs after it: the second was sent after
 * everything that the action had it send.
 */
export async function trafficDuring(
  router: Router,
  neighbor: string,
  action: () => Promise<unknown>,
): Promise<Traffic> {
  const received = async (): Promise<MessageCounts> => {
    const counts = (await router.neighbor(neighbor))?.received
    if (counts === undefined) throw new Error(`${router.kind.name} counts no messages of ${neighbor}`)
    return counts
  }
  const [before, log] = [await received(), (await router.logs()).length]
  await action()
  const between = await received()
  const after = await waitFor('two KEEPALIVEs', async () => {
    const now = await received()
    return now.keepalive >= between.keepalive + 2 && now
  })
  const grown = (kind: keyof MessageCounts): number => after[kind] - before[kind]
  const [open, update, notification] = [grown('open'), grown('update'), grown('notification')]
  const other = grown('total') - open - update - notification - grown('keepalive')
  return { open, update, notification, other, log: (await router.logs()).slice(log) }
}

/** For `t.same`: the counts alone. */
export function counts(traffic: Traffic): typeof nothing {
  return only(traffic, nothing) as typeof nothing
}
