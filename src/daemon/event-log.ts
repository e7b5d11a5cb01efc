import type { Clock } from '../../net/clock.js'
import type { MonitorEvent } from '../control/api/monitor.js'
import type { Log } from '../log.js'
import type { SpeakerEvent } from '../speaker/speaker-event.js'
import { LineLimit } from './line-limit.js'
import { Troubles } from './troubles.js'

type Level = 'debug' | 'info' | 'warn'

/** Of a malformed UPDATE, whose length may be 65535: the attributes, which come first, are what is looked at. */
const QUOTED_OCTETS = 512

interface Line {
  readonly level: Level
  readonly msg: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** One line of the log for each event of the speaker, as far as its number is bounded. */
export class EventLog {
  readonly #log: Log
  readonly #limit: LineLimit<string>
  readonly #troubles = new Troubles()

  constructor(log: Log, clock: Clock) {
    this.#log = log
    this.#limit = new LineLimit(clock, (key, leftOut, seconds) => {
      const { peer, msg } = JSON.parse(key) as { readonly peer?: string; readonly msg: string }
      log.warn({ ...(peer !== undefined && { peer }), leftOut, seconds }, `${msg}: further lines left out`)
    })
  }

  write(event: SpeakerEvent): void {
    if (!this.#troubles.isNews(event)) return
    const { level, msg, fields } = lineOf(event)
    const { peer } = event
    if (!this.#log.isLevelEnabled(level)) return
    if (this.#limit.admits(JSON.stringify({ peer, msg }))) this.#log[level](fields, msg)
  }

  /** Tells what was left out so far. */
  stop(): void {
    this.#limit.stop()
  }
}

function lineOf(event: SpeakerEvent): Line {
  switch (event.kind) {
    case 'peer-state': {
      const { from, to, because } = event.change
      const fields = { peer: event.peer, from, state: to, because }
      if (to === 'established') return { level: 'info', msg: 'session up', fields }
      if (from === 'established') return { level: 'warn', msg: 'session down', fields }
      return { level: 'debug', msg: 'session state', fields }
    }
    case 'notification': {
      const { peer, direction, code, subcode, text } = event
      return { level: 'warn', msg: 'notification', fields: { peer, direction, code, subcode, text } }
    }
    case 'malformed-update': {
      const { peer, text, update } = event
      const quoted = update.slice(0, 2 * QUOTED_OCTETS)
      const fields = { peer, problem: text, update: quoted, updateOctets: update.length / 2 }
      return { level: 'warn', msg: 'malformed update', fields }
    }
    case 'attempt-failed':
      return { level: 'warn', msg: 'no session', fields: { peer: event.peer, problem: event.text } }
    case 'warning': {
      const fields = { ...(event.peer !== undefined && { peer: event.peer }), problem: event.text }
      return { level: 'warn', msg: 'warning', fields }
    }
  }
}

/** An event of the speaker for `herald monitor`; undefined where another one tells the same. */
export function monitorEvent(at: string, event: SpeakerEvent): MonitorEvent | undefined {
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
    // The change of state that follows has the reason.
    case 'attempt-failed':
      return undefined
    case 'malformed-update':
      return { at, kind: 'warning', peer: event.peer, text: `malformed UPDATE: ${event.text}` }
    case 'warning':
      return { at, kind: 'warning', ...(event.peer !== undefined && { peer: event.peer }), text: event.text }
  }
}
