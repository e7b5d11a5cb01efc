import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { createExposition, type Exposition } from '../metrics/exposition.js'
import type { Descriptor } from '../os/descriptor.js'
import { sendEvents } from './events.js'
import { PAGE_POLICY, readPage } from './page.js'
import { pageState } from './page-state.js'
import { readinessOf } from './readiness.js'
import type { WebSource } from './source.js'

export interface WebServer {
  close(): void
}

/** Connections beyond these are closed at once, and streams of events beyond those refused. */
const MAX_CONNECTIONS = 64
const MAX_STREAMS = 16
/** Milliseconds for a whole request to arrive, and between two on one connection. */
const REQUEST_TIMEOUT = 5_000
/** Milliseconds in which a reader takes something of its answer, or is let go; longer than between two signs of life. */
const READ_TIMEOUT = 30_000
const MAX_HEADER_OCTETS = 8 * 1024

/** Serves on a socket that listens already, and owns it from here on. Only reads are answered. */
export function serveWeb(
  descriptor: Descriptor,
  source: WebSource,
  onError: (error: unknown) => void,
): WebServer {
  const exposition = createExposition(() => source.facts())
  const streams = new Set<ServerResponse>()
  const isBusy = new WeakSet<Socket>()
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_OCTETS,
      requestTimeout: REQUEST_TIMEOUT,
      headersTimeout: REQUEST_TIMEOUT,
      keepAliveTimeout: REQUEST_TIMEOUT,
      connectionsCheckingInterval: 1_000,
    },
    (request, response) => {
      const { socket } = request
      // Thousands of requests fit into what one reads at once, and each holds its answer until somebody takes it.
      if (isBusy.has(socket)) {
        socket.destroy()
        return
      }
      isBusy.add(socket)
      response.once('close', () => isBusy.delete(socket))
      response.on('error', () => undefined)
      answer({ source, exposition, streams }, request, response).catch((error: unknown) => {
        if (socket.destroyed) return
        onError(error)
        if (response.headersSent) response.destroy()
        else send(response, 500, 'herald failed to answer, which is a bug; its log has the details\n')
      })
    },
  )
  server.maxConnections = MAX_CONNECTIONS
  server.timeout = READ_TIMEOUT
  server.on('error', onError)
  server.listen({ fd: descriptor })
  return {
    close: () => {
      server.close()
      for (const response of streams) response.destroy()
      server.closeIdleConnections()
    },
  }
}

interface Serving {
  readonly source: WebSource
  readonly exposition: Exposition
  readonly streams: Set<ServerResponse>
}

const paths = '/, /metrics, /healthz, /readyz, /state, /events'

async function answer(
  { source, exposition, streams }: Serving,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // Nothing that comes with a request is of interest.
  request.resume()
  response.setHeader('x-content-type-options', 'nosniff')
  response.setHeader('referrer-policy', 'no-referrer')
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD')
    send(response, 405, 'only GET: what changes herald is its CLI, over its unix socket\n')
    return
  }
  switch ((request.url ?? '/').split('?')[0]) {
    case '/':
      response.setHeader('content-security-policy', PAGE_POLICY)
      send(response, 200, readPage(), 'text/html; charset=utf-8')
      return
    case '/metrics':
      send(response, 200, await exposition.render(), exposition.contentType)
      return
    case '/healthz':
      send(response, 200, 'alive\n')
      return
    case '/readyz': {
      const { ready, because } = readinessOf(await source.facts())
      send(response, ready ? 200 : 503, `${ready ? 'ready' : 'not ready'}: ${because}\n`)
      return
    }
    case '/state':
      send(response, 200, JSON.stringify(await pageState(source)), 'application/json')
      return
    case '/events':
      if (request.method === 'HEAD' || streams.size >= MAX_STREAMS) {
        send(response, 503, `${MAX_STREAMS} readers follow events already\n`)
        return
      }
      streams.add(response)
      response.once('close', () => streams.delete(response))
      sendEvents(source, response)
      return
    default:
      send(response, 404, `there is nothing here; there are ${paths}\n`)
  }
}

function send(
  response: ServerResponse,
  status: number,
  text: string,
  type = 'text/plain; charset=utf-8',
): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  })
  response.end(text)
}
