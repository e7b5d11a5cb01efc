import type { ServerResponse } from 'node:http'
import type { MonitorEvent } from './api/monitor.js'
import type { ControlService } from './service.js'

/** What one reader may leave unread before events are dropped: minutes of a busy node. */
export const MAX_UNREAD_OCTETS = 1024 * 1024

/**
 * Sends every event from now on, one JSON object a line, until the client or `response.end` closes the stream.
 * Nobody waits for a reader: what does not fit is dropped, and the stream says how many were.
 */
export function streamEvents(service: ControlService, response: ServerResponse): void {
  const missed = { count: 0, at: '' }
  const unfollow = service.follow((event) => {
    if (missed.count > 0 || response.writableLength > MAX_UNREAD_OCTETS) {
      missed.count++
      missed.at = event.at
      return
    }
    response.write(line(event))
  })
  response.on('drain', () => {
    if (missed.count === 0) return
    response.write(line(missedEvent(missed)))
    missed.count = 0
  })
  response.once('close', unfollow)
  response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' })
  response.flushHeaders()
}

function line(event: MonitorEvent): string {
  return `${JSON.stringify(event)}\n`
}

function missedEvent({ count, at }: { readonly count: number; readonly at: string }): MonitorEvent {
  const events = count === 1 ? '1 event' : `${count} events`
  return {
    at,
    kind: 'warning',
    text: `${events} missed: this client reads too slowly`,
    details: { missed: count },
  }
}
