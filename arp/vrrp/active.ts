import { octetsOf } from '../../net/ip.js'
import { resignPriority } from './message.js'
import type { Active, Received, VrrpEvent, VrrpSettings, VrrpStep } from './state.js'
import { handOverInterval } from './timers.js'
import { advertise, start, stop, toBackup } from './transition.js'

/** RFC 9568 §6.4.3. */
export function stepActive(active: Active, event: VrrpEvent, settings: VrrpSettings): VrrpStep {
  const { checksum } = active
  switch (event.is) {
    case 'Startup':
      return { state: active, actions: [] }
    case 'Shutdown':
      return {
        state: { state: 'Initialize' },
        // Silent before a Backup may speak: never two answers to one request.
        actions: [{ do: 'give-up' }, stop('Adver_Timer'), { do: 'send', priority: resignPriority, checksum }],
      }
    case 'HandOver':
      return {
        state: { state: 'Resigning', checksum },
        actions: [
          ...advertise(resignPriority, checksum, settings),
          start('Hand_Over_Timer', handOverInterval(settings.advertisementInterval)),
        ],
      }
    case 'TimerExpired':
      if (event.timer !== 'Adver_Timer') return { state: active, actions: [] }
      return { state: active, actions: advertise(settings.priority, checksum, settings) }
    case 'Received':
      return received(event, settings)
  }
}

function received(event: Received, settings: VrrpSettings): VrrpStep {
  const { checksum, source, advertisement } = event
  const { priority, maxAdvertiseInterval: interval } = advertisement
  const active = { state: 'Active', checksum } as const
  if (priority === resignPriority) {
    return {
      state: active,
      actions: [...advertise(settings.priority, checksum, settings), { do: 'reannounce' }],
    }
  }
  if (yields(event, settings)) {
    const backup = toBackup({ interval, active: { ip: source, priority }, checksum }, settings)
    return {
      ...backup,
      actions: [
        { do: 'give-up' },
        stop('Adver_Timer'),
        // Not of the RFC: whoever was heard first may not know that there were two. It does now, and announces again
        // what our last announcement took from it.
        { do: 'send', priority: settings.priority, checksum },
        ...backup.actions,
      ],
    }
  }
  return {
    state: active,
    actions: [
      { do: 'discard', because: 'lower-priority' },
      // New in RFC 9568: the sender learns at once who is Active, and bridges learn the way back to us.
      { do: 'send', priority: settings.priority, checksum },
      { do: 'reannounce' },
    ],
  }
}

/** Higher priority wins; between equals, the greater address: "unsigned integer comparison", network byte order. */
function yields({ advertisement, source }: Received, { priority, primaryIp }: VrrpSettings): boolean {
  if (advertisement.priority !== priority) return advertisement.priority > priority
  const theirs = octetsOf(source)
  const ours = octetsOf(primaryIp)
  const differs = theirs.findIndex((octet, i) => octet !== ours[i])
  return (theirs[differs] ?? 0) > (ours[differs] ?? 0)
}
