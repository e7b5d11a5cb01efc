import { peerRoute } from '../daemon/routes-report.js'
import type { Heard } from '../speaker/route-change.js'
import type { SpeakerEvent as InnerEvent } from '../speaker/speaker-event.js'
import type { SpeakerEvent } from './report.js'

/** Undefined where another event tells the same. */
export function publicEvent(at: string, event: InnerEvent): SpeakerEvent | undefined {
  switch (event.kind) {
    case 'peer-state': {
      const { from, to, because } = event.change
      return { kind: 'state', at: event.change.at, peer: event.peer, from, to, because }
    }
    case 'notification': {
      const { peer, direction, code, subcode, text } = event
      return { kind: 'notification', at, peer, direction, code, subcode, text }
    }
    case 'malformed-update': {
      const { peer, text, update } = event
      return { kind: 'malformed', at, peer, text, update }
    }
    // The change of state that follows has the reason.
    case 'attempt-failed':
      return undefined
    case 'warning':
      return { kind: 'warning', at, ...(event.peer !== undefined && { peer: event.peer }), text: event.text }
  }
}

export function heardEvent(at: string, peer: string, heard: Heard): SpeakerEvent {
  switch (heard.kind) {
    case 'end-of-rib':
      return { kind: 'end-of-rib', at, peer, family: heard.family }
    case 'routes': {
      const { withdrawn, announced } = heard
      const routes = announced.flatMap(({ prefixes, attributes }) =>
        prefixes.map((prefix) => peerRoute(peer, prefix, attributes)),
      )
      return { kind: 'routes', at, peer, announced: routes, withdrawn }
    }
  }
}
