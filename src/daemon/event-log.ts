import type { MonitorEvent } from '../control/api.js'
import type { Log } from '../log.js'
import type { SpeakerEvent } from '../speaker/speaker-event.js'

/** One line of the log for each event of the speaker. */
export function logEvent(log: Log, event: SpeakerEvent): void {
  switch (event.kind) {
    case 'peer-state': {
      const { from, to, because } = event.change
      const line = { peer: event.peer, from, state: to, because }
      if (to === 'established') log.info(line, 'session up')
      else if (from === 'established') log.warn(line, 'session down')
      else log.debug(line, 'session state')
      return
    }
    case 'notification': {
      const { peer, direction, code, subcode, text } = event
      log.warn({ peer, direction, code, subcode, text }, 'notification')
      return
    }
    case 'malformed-update':
      log.warn({ peer: event.peer, problem: event.text, update: event.update }, 'malformed update')
      return
    case 'warning':
      log.warn({ ...(event.peer !== undefined && { peer: event.peer }), problem: event.text }, 'warning')
      return
  }
}

/** The same for `herald monitor`. */
export function monitorEvent(at: string, event: SpeakerEvent): MonitorEvent {
  switch (event.kind) {
    case 'peer-state': {
      const { from, to, because } = event.change
      return {
        at,
        kind: 'peer-state',
        peer: event.peer,
        text: `${from} -> ${to}: ${because}`,
        details: { from, to },
      }
    }
    case 'notification': {
      const { peer, direction, code, subcode, text } = event
      return {
        at,
        kind: 'notification',
        peer,
        text: `${direction} ${text}`,
        details: { direction, code, subcode },
      }
    }
    case 'malformed-update':
      return { at, kind: 'warning', peer: event.peer, text: `malformed UPDATE: ${event.text}` }
    case 'warning':
      return { at, kind: 'warning', ...(event.peer !== undefined && { peer: event.peer }), text: event.text }
  }
}
