import type { AdvertisementInterval, ChecksumForm } from './message.js'
import type { Backup, VrrpAction, VrrpSettings, VrrpStep } from './state.js'
import { activeDownInterval, millisecondsOf, type VrrpTimer } from './timers.js'

/** The advertisement first, so that an old Active lets go before the addresses are announced (RFC 9568 §6.4.1, §6.4.2). */
export function toActive(checksum: ChecksumForm, settings: VrrpSettings): VrrpStep {
  return {
    state: { state: 'Active', checksum },
    actions: [...advertise(settings.priority, checksum, settings), { do: 'take-over' }],
  }
}

/** Waits for the silence of the Active whose interval was heard, or of any when none was. */
export function toBackup(
  heard: {
    readonly interval: AdvertisementInterval
    readonly active: Backup['active']
    readonly checksum: ChecksumForm
  },
  settings: VrrpSettings,
): VrrpStep {
  const { interval: activeAdverInterval, active, checksum } = heard
  return {
    state: { state: 'Backup', activeAdverInterval, active, preemption: 'none', checksum },
    actions: [start('Active_Down_Timer', activeDownInterval(settings.priority, activeAdverInterval))],
  }
}

/** Sends, and sends again after Advertisement_Interval. */
export function advertise(
  priority: number,
  checksum: ChecksumForm,
  settings: VrrpSettings,
): readonly VrrpAction[] {
  const interval = millisecondsOf(settings.advertisementInterval)
  return [{ do: 'send', priority, checksum }, start('Adver_Timer', interval)]
}

export function start(timer: VrrpTimer, milliseconds: number): VrrpAction {
  return { do: 'start', timer, milliseconds }
}

export function stop(timer: VrrpTimer): VrrpAction {
  return { do: 'stop', timer }
}
