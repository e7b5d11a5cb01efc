import { vendorPrefix } from '../../net/mac.js'
import type { MonitorEvent } from '../control/api/monitor.js'
import type { L2Event } from '../l2/event.js'

/** What happens on the LAN, for the log and `herald monitor`. */
export function l2Event(event: L2Event): Omit<MonitorEvent, 'at'> & { readonly level: 'info' | 'warn' } {
  switch (event.kind) {
    case 'ownership': {
      const { address, interface: name, from, to, because } = event
      return {
        ...{ kind: 'l2-ownership', level: to === 'contested' || to === 'nowhere' ? 'warn' : 'info' },
        text: `${address} on ${name}: ${from} -> ${to}: ${because}`,
        details: { address, interface: name, from, to },
      }
    }
    case 'conflict': {
      const { address, interface: name, mac, conflicts, defended } = event
      const vendor = vendorPrefix(mac)
      const made = vendor === undefined ? 'made up by software' : `vendor prefix ${vendor}`
      return {
        ...{ kind: 'l2-conflict', level: 'warn' },
        text: `${mac} (${made}) claims ${address} on ${name}${defended ? ', which is announced again' : ''}`,
        details: {
          address,
          interface: name,
          mac,
          ...(vendor !== undefined && { vendor }),
          conflicts,
          defended,
        },
      }
    }
    case 'interface':
      return {
        ...{ kind: 'l2-interface', level: 'info' },
        text: `${event.interface}: ${event.text}`,
        details: { interface: event.interface },
      }
    case 'warning':
      return { kind: 'warning', level: 'warn', text: event.text }
  }
}
