import { resignPriority } from './message.js'
import type { Resigning, VrrpAction, VrrpEvent, VrrpSettings, VrrpState, VrrpStep } from './state.js'
import { advertise, stop, toActive } from './transition.js'

const silent: VrrpState = { state: 'Initialize' }
const giveUp: readonly VrrpAction[] = [{ do: 'give-up' }, stop('Adver_Timer'), stop('Hand_Over_Timer')]

/**
 * Between the advertisement of priority 0 and the successor's first one lies a Skew_Time in which, by the RFC, nobody
 * answers. Here the old Active does. It repeats itself against loss: each Backup's Skew_Time is shorter than the
 * interval, so a repetition never puts a takeover off.
 */
export function stepResigning(resigning: Resigning, event: VrrpEvent, settings: VrrpSettings): VrrpStep {
  const { checksum } = resigning
  switch (event.is) {
    case 'Startup': {
      const active = toActive(checksum, settings)
      return { ...active, actions: [...active.actions, stop('Hand_Over_Timer')] }
    }
    case 'Shutdown':
      return { state: silent, actions: giveUp }
    case 'HandOver':
      return { state: resigning, actions: [] }
    case 'TimerExpired':
      if (event.timer === 'Adver_Timer') {
        return { state: resigning, actions: advertise(resignPriority, checksum, settings) }
      }
      return event.timer === 'Hand_Over_Timer'
        ? { state: silent, actions: giveUp }
        : { state: resigning, actions: [] }
    case 'Received':
      if (event.advertisement.priority === resignPriority) {
        return { state: resigning, actions: [{ do: 'discard', because: 'resigning' }] }
      }
      return { state: silent, actions: giveUp }
  }
}
