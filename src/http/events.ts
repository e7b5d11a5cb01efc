import type { ServerResponse } from 'node:http'
import type { MonitorEvent } from '../control/api/monitor.js'
import type { WebSource } from './source.js'

/** What one reader may leave unread before it is let go: it can come again. */
const MAX_UNREAD_OCTETS = 256 * 1024
/** Milliseconds between signs of life, which proxies and readers want. */
const HEARTBEAT_MS = 15_000

/** Server-sent events (the HTML standard, §9.2): one for each event of the daemon, until the reader goes. */
export function sendEvents(source: WebSource, response: ServerResponse): void {
  const write = (text: string) => {
    if (response.writableLength > MAX_UNREAD_OCTETS) response.destroy()
    else response.write(text)
  }
  const unfollow = source.follow(({ at, kind, peer, text }: MonitorEvent) => {
    write(`data: ${JSON.stringify({ at, kind, ...(peer !== undefined && { peer }), text })}\n\n`)
  })
  const heartbeat = setInterval(() => write(': alive\n\n'), HEARTBEAT_MS)
  response.once('close', () => {
    clearInterval(heartbeat)
    unfollow()
  })
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  response.write('retry: 2000\n\n')
}
