import { ok, refused } from '../../net/result.js'
import { libc } from '../os/libc.js'
import { OsError } from '../os/os-error.js'
import { openRouterDiscoverySocket } from '../os/router-discovery-socket.js'
import { ALL_ROUTERS } from './groups.js'
import type { Discovery } from './links.js'

/** Router discovery on this host's interfaces. */
export const hostDiscovery: Discovery = {
  open: () => {
    try {
      return ok(openRouterDiscoverySocket(ALL_ROUTERS))
    } catch (error) {
      if (error instanceof OsError) return refused(error.message)
      throw error
    }
  },
  interfaceIndex: (name) => libc.ifNameToIndex(name),
}
