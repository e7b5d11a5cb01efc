/** What a router has of the node's routes, asked again and again. */
import { nodeAddress } from './rack.js'
import type { Router } from './routers/index.js'

/** Prefixes of both families that the router has from the node. */
export async function prefixesAt(router: Router): Promise<readonly string[]> {
  const v4 = await router.routesFrom(nodeAddress, 'ipv4/unicast')
  const v6 = await router.routesFrom(nodeAddress, 'ipv6/unicast')
  return [...v4.keys(), ...v6.keys()].sort()
}

/** Polls the router's table without a pause, and keeps what was missing of `wanted` in any poll. */
export function watch(router: Router, wanted: readonly string[]) {
  const missing = new Set<string>()
  let polls = 0
  let on = true
  const done = (async () => {
    while (on) {
      const present = await prefixesAt(router)
      for (const prefix of wanted) if (!present.includes(prefix)) missing.add(prefix)
      polls++
    }
  })()
  return {
    async stop() {
      on = false
      await done
      return { missing: [...missing], polls }
    },
  }
}

/** Whether none of the node's routes is only kept from a session that ended. */
export async function refreshed(router: Router): Promise<boolean> {
  const v4 = await router.routesFrom(nodeAddress, 'ipv4/unicast')
  const v6 = await router.routesFrom(nodeAddress, 'ipv6/unicast')
  const routes = [...v4.values(), ...v6.values()]
  return routes.length > 0 && routes.every(({ stale }) => !stale)
}
