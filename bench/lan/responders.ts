/** Who answers for an address on a cable, one at a time. */
import type { Namespace } from '../../test/support/netns.js'
import { prepareDaemon } from './daemon.js'
import type { Programs } from './programs.js'

export interface Responder {
  readonly name: string
  /** Until it answers for the address on eth0; it ends with the namespace's laboratory. */
  readonly start: (namespace: Namespace, address: string, programs: Programs) => Promise<void>
}

const kernel: Responder = {
  name: 'kernel',
  start: async (namespace, address) => {
    const nodad = address.includes(':') ? ['nodad'] : []
    await namespace.run(['ip', 'address', 'add', address, 'dev', 'eth0', ...nodad])
  },
}

export const minimal: Responder = {
  name: 'minimal C responder',
  start: async (namespace, address, { responder }) => {
    namespace.start([responder, 'eth0', address])
  },
}

export const herald = (failover: 'none' | 'vrrp'): Responder => ({
  name: `herald, failover ${failover}`,
  start: async (namespace, address) => {
    const daemon = await prepareDaemon(namespace, heraldFile(address, { failover }))
    await daemon.start()
    await daemon.stands('owner')
  },
})

export const responders: readonly Responder[] = [kernel, minimal, herald('none'), herald('vrrp')]

/** A file that has one address on the LAN. */
export function heraldFile(address: string, l2: object): object {
  return { l2, announcements: [{ name: 'bench', loadBalancerIPs: [address] }] }
}
