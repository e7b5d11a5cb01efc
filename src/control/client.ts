import { statSync } from 'node:fs'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { formatMs } from '../../net/duration.js'
import type {
  AnnounceReport,
  AnnounceRequest,
  AnnounceTerms,
  BulkReport,
  WithdrawRequest,
} from './api/announce.js'
import { ApiError, type ApiProblem, type ApiStatus } from './api/answer.js'
import type { DoctorReport } from './api/doctor.js'
import type { ExplainReport } from './api/explain.js'
import type { HealthReport } from './api/health.js'
import type { L2AddressReport, L2AskerReport } from './api/l2.js'
import type { MonitorEvent } from './api/monitor.js'
import type { PeerDetail, PeerReport } from './api/peers.js'
import type { ReloadPlan, ReloadRequest } from './api/reload.js'
import type { AvailableRoutes, PeerRoutes } from './api/routes.js'
import type {
  DecommissionReport,
  DrainReport,
  DrainRequest,
  ResetReport,
  ResetRequest,
} from './api/service.js'
import type { StatusReport } from './api/status.js'
import { DaemonUnreachable } from './daemon-unreachable.js'
import { socketPath } from './socket-path.js'

/**
 * The daemon as seen through its socket: ControlService over HTTP. Methods throw ApiError with what the daemon
 * answered, and DaemonUnreachable when no answer comes.
 */
export interface ControlClient {
  status(): Promise<StatusReport>
  peers(): Promise<readonly PeerReport[]>
  peer(name: string): Promise<PeerDetail>
  routesAvailable(limit?: number): Promise<AvailableRoutes>
  routesAdvertised(peer?: string, limit?: number): Promise<PeerRoutes>
  routesReceived(peer?: string, limit?: number): Promise<PeerRoutes>
  explain(prefix: string, peer?: string): Promise<ExplainReport>
  doctor(peer?: string): Promise<DoctorReport>
  health(): Promise<readonly HealthReport[]>
  l2(): Promise<readonly L2AddressReport[]>
  l2Askers(address?: string): Promise<readonly L2AskerReport[]>
  announce(body: AnnounceRequest): Promise<AnnounceReport>
  withdraw(body: WithdrawRequest): Promise<AnnounceReport>
  /** `sent` is told of octets as the daemon takes them, and how many there are. */
  announceLines(terms: AnnounceTerms, lines: Uint8Array, sent: OnSent): Promise<BulkReport>
  withdrawLines(lines: Uint8Array, sent: OnSent): Promise<BulkReport>
  reload(body: ReloadRequest): Promise<ReloadPlan>
  drain(body: DrainRequest): Promise<DrainReport>
  decommission(): Promise<DecommissionReport>
  reset(peer: string, body: ResetRequest): Promise<ResetReport>
  /** Events from now on, until the caller leaves the loop; throws DaemonUnreachable when the daemon ends. */
  events(): AsyncIterable<MonitorEvent>
}

export interface ClientOptions {
  /** How long an answer may take, in milliseconds; a reload of a large file is the slowest thing asked. */
  readonly answerMs?: number
  /** Sees every answer that is waited for, and passes it on. */
  readonly onWait?: <T>(answer: Promise<T>) => Promise<T>
}

interface Daemon extends Required<ClientOptions> {
  readonly socket: string
}

/** Octets. */
const PIECE = 256 * 1024

export function controlClient(
  socket: string,
  { answerMs = 60_000, onWait = (answer) => answer }: ClientOptions = {},
): ControlClient {
  const daemon: Daemon = { socket, answerMs, onWait }
  const get = <T>(path: string, query: Query = {}) => ask<T>(daemon, 'GET', withQuery(path, query))
  const post = <T>(path: string, body: object) => ask<T>(daemon, 'POST', path, body)
  const peerPath = (name: string) => `/v1/peers/${encodeURIComponent(name)}`
  return {
    status: () => get('/v1/status'),
    peers: () => get('/v1/peers'),
    peer: (name) => get(peerPath(name)),
    routesAvailable: (limit) => get('/v1/routes/available', { limit }),
    routesAdvertised: (peer, limit) => get('/v1/routes/advertised', { peer, limit }),
    routesReceived: (peer, limit) => get('/v1/routes/received', { peer, limit }),
    explain: (prefix, peer) => get('/v1/explain', { prefix, peer }),
    doctor: (peer) => get('/v1/doctor', { peer }),
    health: () => get('/v1/health'),
    l2: () => get('/v1/l2'),
    l2Askers: (address) => get('/v1/l2/askers', { address }),
    announce: (body) => post('/v1/announce', body),
    withdraw: (body) => post('/v1/withdraw', body),
    announceLines: (terms, lines, sent) =>
      send(daemon, withQuery('/v1/announce/lines', { terms: JSON.stringify(terms) }), lines, sent),
    withdrawLines: (lines, sent) => send(daemon, '/v1/withdraw/lines', lines, sent),
    reload: (body) => post('/v1/reload', body),
    drain: (body) => post('/v1/drain', body),
    decommission: () => post('/v1/decommission', {}),
    reset: (peer, body) => post(`${peerPath(peer)}/reset`, body),
    events: () => follow(daemon),
  }
}

export type OnSent = (octets: number, of: number) => void

type Query = Readonly<Record<string, string | number | undefined>>

function withQuery(path: string, query: Query): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) if (value !== undefined) search.set(key, String(value))
  return search.size === 0 ? path : `${path}?${search}`
}

function ask<T>(daemon: Daemon, method: string, path: string, body?: object): Promise<T> {
  const text = body === undefined ? '' : JSON.stringify(body)
  return daemon.onWait(answerTo<T>(daemon.socket, open(daemon, method, path, Buffer.from(text))))
}

/** Tells of its own progress, so nobody else need. */
function send<T>(daemon: Daemon, path: string, lines: Uint8Array, sent: OnSent): Promise<T> {
  return answerTo<T>(daemon.socket, open(daemon, 'POST', path, lines, sent))
}

async function answerTo<T>(socket: string, called: Promise<IncomingMessage>): Promise<T> {
  const response = await called
  const text = await textOf(socket, response)
  if (response.statusCode !== 200) throw problem(socket, response.statusCode ?? 0, text)
  return json<T>(socket, text)
}

async function* follow(daemon: Daemon): AsyncGenerator<MonitorEvent> {
  const { socket } = daemon
  const response = await open(daemon, 'GET', '/v1/events')
  if (response.statusCode !== 200) {
    throw problem(socket, response.statusCode ?? 0, await textOf(socket, response))
  }
  // Events may be hours apart.
  response.socket.setTimeout(0)
  for await (const line of linesOf(socket, response)) yield json<MonitorEvent>(socket, line)
  throw new DaemonUnreachable(`the daemon on ${socket} ended the stream: it stopped`)
}

/** Without their ends; a last line that was cut off is left out. */
async function* linesOf(socket: string, response: IncomingMessage): AsyncGenerator<string> {
  response.setEncoding('utf8')
  let rest = ''
  try {
    for await (const chunk of response as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      yield* lines
    }
  } catch (error) {
    throw unreachable(socket, error as NodeJS.ErrnoException)
  } finally {
    response.destroy()
  }
}

function open(
  { socket, answerMs }: Daemon,
  method: string,
  path: string,
  body: Uint8Array = new Uint8Array(0),
  sent: OnSent = () => undefined,
): Promise<IncomingMessage> {
  const checked = socketPath(socket)
  if (!checked.ok) return Promise.reject(new DaemonUnreachable(checked.because))
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': body.length }
    const options = {
      socketPath: checked.value,
      method,
      path,
      headers,
      agent: false,
      timeout: answerMs,
    }
    const call = request(options, resolve)
    call.once('error', (error: NodeJS.ErrnoException) => reject(unreachable(socket, error)))
    call.once('timeout', () => call.destroy(new Error(`no answer within ${formatMs(answerMs)}`)))
    write(call, body, sent)
  })
}

/** A piece at a time, each when the one before it is taken. */
function write(call: ClientRequest, body: Uint8Array, sent: OnSent): void {
  let at = 0
  const next = () => {
    if (at > 0) sent(at, body.length)
    if (at >= body.length) {
      call.end()
      return
    }
    const piece = body.subarray(at, at + PIECE)
    at += piece.length
    call.write(piece, next)
  }
  next()
}

async function textOf(socket: string, response: IncomingMessage): Promise<string> {
  try {
    response.setEncoding('utf8')
    let text = ''
    for await (const chunk of response as AsyncIterable<string>) text += chunk
    return text
  } catch (error) {
    throw unreachable(socket, error as NodeJS.ErrnoException)
  }
}

function json<T>(socket: string, text: string): T {
  try {
    return JSON.parse(text) as T
  } catch {
    throw new DaemonUnreachable(`what answers on ${socket} is not herald; name herald's socket with --socket`)
  }
}

function problem(socket: string, status: number, text: string): ApiError {
  const { error, problems } = json<ApiProblem>(socket, text)
  return new ApiError(status as ApiStatus, error, problems)
}

function unreachable(socket: string, error: NodeJS.ErrnoException): DaemonUnreachable {
  if (error.code === 'ECONNREFUSED' && !isSocket(socket)) {
    return new DaemonUnreachable(`${socket} is no socket: name that of a herald daemon with --socket`)
  }
  switch (error.code) {
    case 'ENOENT':
    case 'ECONNREFUSED':
    case 'ENOTDIR':
      return new DaemonUnreachable(
        `no herald daemon at ${socket}: start one with \`herald run\`, or name its socket with --socket`,
      )
    case 'EACCES':
    case 'EPERM':
      return new DaemonUnreachable(
        `permission denied on ${socket}: use sudo, or join the group that \`stat -c %G ${socket}\` names`,
      )
    case 'ECONNRESET':
    case 'EPIPE':
      return new DaemonUnreachable(
        `the daemon on ${socket} closed the connection: it stopped, or is overloaded`,
      )
    default:
      return new DaemonUnreachable(`the daemon on ${socket} does not answer: ${error.message}`)
  }
}

/** connect(2) refuses a file and a directory as it does a socket on which nobody listens. */
function isSocket(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isSocket() ?? true
}
