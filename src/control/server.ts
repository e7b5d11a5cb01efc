import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { finishInTurns } from '../../net/steps.js'
import { unreachable } from '../../net/unreachable.js'
import { ApiError, type ApiProblem } from './api/answer.js'
import { streamEvents } from './event-stream.js'
import { jsonText } from './json-text.js'
import { readBody, readLines } from './request-body.js'
import { findRoute, methodsOf } from './routes.js'
import type { ControlService } from './service.js'
import { listenAt } from './socket-file.js'
import { turn } from './turn.js'

export interface ControlServerOptions {
  /** Path of the unix socket. */
  readonly socket: string
  /** Told of what the service threw without meaning to; the client got a 500. */
  readonly onError?: (error: unknown, request: string) => void
}

export interface ControlServer {
  /** Ends the event streams, lets requests in hand be answered, removes the socket. */
  close(): Promise<void>
}

/** Connections beyond this are closed at once: scripts that leak them must not exhaust our descriptors. */
const MAX_CONNECTIONS = 256
const MAX_STREAMS = 32
/** For a whole request to arrive, in milliseconds: clients are on this host, and half a request holds a connection. */
const REQUEST_TIMEOUT = 5_000
/** How often that is looked at, in milliseconds. */
const TIMEOUT_CHECK = 1_000

/** @throws SocketFileError when the socket cannot be had; its message says why and what to do. */
export async function startControlServer(
  service: ControlService,
  { socket, onError = () => {} }: ControlServerOptions,
): Promise<ControlServer> {
  const streams = new Set<ServerResponse>()
  const answering = new Map<IncomingMessage, Promise<void>>()
  const http = createServer(
    { requestTimeout: REQUEST_TIMEOUT, connectionsCheckingInterval: TIMEOUT_CHECK },
    (request, response) => {
      // A client may go away at any moment; 'close' follows, and that is all there is to know.
      response.on('error', () => {})
      const answered = answer(service, streams, request, response).catch((error: unknown) => {
        if (request.socket.destroyed) return
        if (!(error instanceof ApiError)) onError(error, `${request.method} ${request.url}`)
        sendProblem(request, response, error)
      })
      answering.set(request, answered)
      void answered.finally(() => answering.delete(request))
    },
  )
  http.maxConnections = MAX_CONNECTIONS
  const removeFile = await listenAt(http, socket)
  return {
    async close() {
      await removeFile()
      const closed = new Promise<void>((resolve) => http.close(() => resolve()))
      for (const response of streams) response.end()
      for (const request of answering.keys()) if (!request.complete) request.destroy()
      await Promise.all(answering.values())
      http.closeAllConnections()
      await closed
    },
  }
}

async function answer(
  service: ControlService,
  streams: Set<ServerResponse>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { route, target } = findRoute(request.method ?? '', request.url ?? '')
  switch (route.kind) {
    case 'query':
      await sendInTurns(response, await route.answer(service, target))
      break
    case 'action':
      send(response, 200, await route.act(service, await readBody(request), target))
      break
    case 'lines':
      send(
        response,
        200,
        await route.act(service, await readLines(request, route.rules, route.nothing), target),
      )
      break
    case 'events':
      if (streams.size >= MAX_STREAMS) {
        throw new ApiError(503, `${MAX_STREAMS} clients follow events already; end one of them first`)
      }
      streams.add(response)
      response.once('close', () => streams.delete(response))
      streamEvents(service, response)
      break
    default:
      unreachable(route)
  }
}

function send(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  const text = `${JSON.stringify(body)}\n`
  response.writeHead(status, { ...headersOf(Buffer.byteLength(text)), ...headers })
  response.end(text)
}

/** What may be a list of a hundred thousand routes. */
async function sendInTurns(response: ServerResponse, body: unknown): Promise<void> {
  const pieces = await finishInTurns(jsonText(body), turn)
  response.writeHead(200, headersOf(pieces.reduce((sum, { length }) => sum + length, 1)))
  for (const piece of pieces) response.write(piece)
  response.end('\n')
}

function headersOf(octets: number) {
  return { 'content-type': 'application/json', 'content-length': octets, 'cache-control': 'no-store' }
}

function sendProblem(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const known = error instanceof ApiError
  const message = error instanceof Error ? error.message : String(error)
  const problems = known ? error.problems : []
  const problem: ApiProblem = {
    error: known ? message : `herald failed to answer, which is a bug; its log has the details: ${message}`,
    ...(problems.length > 0 && { problems }),
  }
  const status = known ? error.status : 500
  send(response, status, problem, status === 405 ? { allow: methodsOf(request.url ?? '').join(', ') } : {})
}
