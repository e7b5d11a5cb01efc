import { stepActive } from './active.js'
import { stepBackup } from './backup.js'
import { ownerPriority } from './message.js'
import { stepResigning } from './resigning.js'
import type { VrrpEvent, VrrpSettings, VrrpState, VrrpStep } from './state.js'
import { toActive, toBackup } from './transition.js'

/** The state machine of RFC 9568 §6.4, held by its driver: state and event in, state and actions, in order, out. */
export function stepVrrp(state: VrrpState, event: VrrpEvent, settings: VrrpSettings): VrrpStep {
  // A frame of ours that comes back, by a loop or a bridge, is answered by nobody: it would answer itself forever.
  if (event.is === 'Received' && event.source === settings.primaryIp) {
    return { state, actions: [{ do: 'discard', because: 'own-advertisement' }] }
  }
  switch (state.state) {
    case 'Initialize':
      return stepInitialize(event, settings)
    case 'Backup':
      return stepBackup(state, event, settings)
    case 'Active':
      return stepActive(state, event, settings)
    case 'Resigning':
      return stepResigning(state, event, settings)
  }
}

export const initialize: VrrpState = { state: 'Initialize' }

/** §6.4.1. */
function stepInitialize(event: VrrpEvent, settings: VrrpSettings): VrrpStep {
  switch (event.is) {
    case 'Startup':
      if (settings.priority === ownerPriority) return toActive(settings.checksum, settings)
      return toBackup(
        { interval: settings.advertisementInterval, active: undefined, checksum: settings.checksum },
        settings,
      )
    case 'Received':
      return { state: initialize, actions: [{ do: 'discard', because: 'not-started' }] }
    case 'Shutdown':
    case 'HandOver':
    case 'TimerExpired':
      return { state: initialize, actions: [] }
  }
}
