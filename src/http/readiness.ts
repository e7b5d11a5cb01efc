import type { Facts } from '../metrics/facts.js'

export interface Readiness {
  readonly ready: boolean
  readonly because: string
}

/** Ready: in service, and at least one session is Established or one virtual IP is taken care of. */
export function readinessOf({ status, peers, lan }: Facts): Readiness {
  if (status.service !== 'in-service') return { ready: false, because: `this node is ${status.service}` }
  const up = peers.filter(({ sessionState }) => sessionState === 'established').length
  if (up > 0) return { ready: true, because: `${up} of ${peers.length} peers established` }
  // A backup stands by for an owner that it hears: that is what it is there for.
  const served = lan.addresses.filter(({ state }) => state === 'owner' || state === 'backup').length
  if (served > 0) return { ready: true, because: `${served} of ${lan.addresses.length} virtual IPs served` }
  const words = [
    ...(status.bgp === undefined ? [] : [`none of ${peers.length} peers is established`]),
    ...(status.l2 === undefined ? [] : [`none of ${status.l2.addresses} virtual IPs is served`]),
  ]
  return { ready: false, because: words.join(', and ') }
}
