import { ownerPriority, resignPriority } from './message.js'
import type { Backup, Received, VrrpAction, VrrpEvent, VrrpSettings, VrrpStep } from './state.js'
import { activeDownInterval, skewTime, type VrrpTimer } from './timers.js'
import { start, stop, toActive } from './transition.js'

/** RFC 9568 §6.4.2. */
export function stepBackup(backup: Backup, event: VrrpEvent, settings: VrrpSettings): VrrpStep {
  switch (event.is) {
    case 'Startup':
      return { state: backup, actions: [] }
    // There is nothing to hand over: both stop at once.
    case 'Shutdown':
    case 'HandOver':
      return {
        state: { state: 'Initialize' },
        actions: [stop('Active_Down_Timer'), stop('Preempt_Delay_Timer')],
      }
    case 'TimerExpired':
      return expired(backup, event.timer, settings)
    case 'Received':
      return received(backup, event, settings)
  }
}

function expired(backup: Backup, timer: VrrpTimer, settings: VrrpSettings): VrrpStep {
  switch (timer) {
    case 'Active_Down_Timer': {
      const active = toActive(backup.checksum, settings)
      return { ...active, actions: [...active.actions, stop('Preempt_Delay_Timer')] }
    }
    case 'Preempt_Delay_Timer':
      return { state: { ...backup, preemption: 'due' }, actions: [] }
    case 'Adver_Timer':
    case 'Hand_Over_Timer':
      return { state: backup, actions: [] }
  }
}

function received(before: Backup, event: Received, settings: VrrpSettings): VrrpStep {
  const { priority } = event.advertisement
  const active = { ip: event.source, priority }
  const backup: Backup = { ...before, active, checksum: event.checksum }
  if (priority === resignPriority) {
    const skew = skewTime(settings.priority, backup.activeAdverInterval)
    return noPreemption(backup, [start('Active_Down_Timer', skew)])
  }
  if (priority >= settings.priority) return noPreemption(...follow(backup, event, settings))
  return heardLower(backup, event, settings)
}

/** Adopts the Active's interval and waits for its next advertisement. */
function follow(backup: Backup, event: Received, settings: VrrpSettings): [Backup, readonly VrrpAction[]] {
  const activeAdverInterval = event.advertisement.maxAdvertiseInterval
  const down = activeDownInterval(settings.priority, activeAdverInterval)
  return [{ ...backup, activeAdverInterval }, [start('Active_Down_Timer', down)]]
}

function heardLower(backup: Backup, event: Received, settings: VrrpSettings): VrrpStep {
  const owner = settings.priority === ownerPriority
  const delay = owner ? 0 : settings.preemptDelayMilliseconds
  if (!owner && !settings.preempt) return noPreemption(...follow(backup, event, settings))
  // Discarded, so Active_Down_Timer runs out and we take over: that is how VRRP preempts.
  if (delay === 0 || backup.preemption === 'due') {
    return { state: backup, actions: [{ do: 'discard', because: 'lower-priority' }] }
  }
  const [state, actions] = follow(backup, event, settings)
  if (backup.preemption === 'delayed') return { state, actions }
  return {
    state: { ...state, preemption: 'delayed' },
    actions: [...actions, start('Preempt_Delay_Timer', delay)],
  }
}

function noPreemption(backup: Backup, actions: readonly VrrpAction[]): VrrpStep {
  if (backup.preemption === 'none') return { state: backup, actions }
  return { state: { ...backup, preemption: 'none' }, actions: [...actions, stop('Preempt_Delay_Timer')] }
}
