/**
 * What a router has of the node's routes while something happens to the node, watched in two ways at once: its BGP
 * table is polled over an open connection, every few milliseconds on a machine that has time for it, and its kernel
 * tells every change of what it forwards, whatever the machine has time for. A route is lost when either says so.
 */
import { type ForwardingWatch, watchForwarding } from './forwarding-watch.js'
import { nodeAddress } from './rack.js'
import type { Router } from './routers/index.js'
import { sleep, waitFor } from './wait.js'

/** A loss of this length should not hide between two polls; on a busy machine the kernel's word alone rules it out. */
const WANTED_MS = 20
/** The pause between two polls. */
const POLL_MS = 5

export interface RouteLosses {
  /** Of those wanted: 'PREFIX missing in a poll', and 'PREFIX not forwarded for a moment', be it a microsecond. */
  readonly lost: readonly string[]
  /** How closely it was looked, for the test's log. */
  readonly text: string
}

/** Prefixes of both families that the router has from the node. */
export async function prefixesAt(router: Router): Promise<readonly string[]> {
  const v4 = await router.routesFrom(nodeAddress, 'ipv4/unicast')
  const v6 = await router.routesFrom(nodeAddress, 'ipv6/unicast')
  return [...v4.keys(), ...v6.keys()].sort()
}

/** Watches until it is stopped, from when `wanted` are forwarded on. */
export async function watch(router: Router, wanted: readonly string[]) {
  const forwarding: ForwardingWatch = await watchForwarding(router.namespace)
  await waitFor('the routes to be forwarded', async () => {
    const forwarded = await forwarding.prefixes()
    return wanted.every((prefix) => forwarded.has(prefix))
  })
  const missing = new Set<string>()
  const table = await router.openTable()
  let polls = 0
  let late = 0
  let longestGap = 0
  let on = true
  const done = (async () => {
    for (let last = performance.now(); on; await sleep(POLL_MS)) {
      const v4 = await table.prefixes('ipv4/unicast')
      const v6 = await table.prefixes('ipv6/unicast')
      for (const prefix of wanted) if (!v4.has(prefix) && !v6.has(prefix)) missing.add(prefix)
      const now = performance.now()
      longestGap = Math.max(longestGap, now - last)
      if (now - last > WANTED_MS) late++
      last = now
      polls++
    }
  })()
  return {
    async stop(): Promise<RouteLosses> {
      on = false
      await done
      table.close()
      const gone = new Set(await forwarding.stop())
      if (polls < 2) throw new Error('the table was not polled')
      const where = (prefix: string) => [
        ...(missing.has(prefix) ? ['missing in a poll'] : []),
        ...(gone.has(prefix) ? ['not forwarded for a moment'] : []),
      ]
      return {
        lost: wanted.flatMap((prefix) => where(prefix).map((how) => `${prefix} ${how}`)),
        text: `${polls} polls, ${late} of them later than ${WANTED_MS} ms and the latest ${Math.round(longestGap)} ms after the one before; ${gone.size} prefixes left the kernel`,
      }
    },
  }
}

/** Whether none of the node's routes is only kept from a session that ended. */
export async function refreshed(router: Router): Promise<boolean> {
  const v4 = await router.routesFrom(nodeAddress, 'ipv4/unicast')
  const v6 = await router.routesFrom(nodeAddress, 'ipv6/unicast')
  const routes = [...v4.values(), ...v6.values()]
  return (
    routes.length > 0 &&
    routes.every(({ stale, communities }) => !stale && !communities.includes('llgr-stale'))
  )
}
