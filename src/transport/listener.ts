import { createServer, type Server, type Socket } from 'node:net'
import type { Clock } from '../../net/clock.js'
import type { Endpoint } from '../../net/endpoint.js'
import { ipVersionOf, type Prefix, versionOf } from '../../net/prefix.js'
import type { Secret } from '../../net/secret.js'
import type { Descriptor } from '../os/descriptor.js'
import { OsError } from '../os/os-error.js'
import { backlog, openListeningSocket, removeKey, setKey } from '../os/tcp-socket.js'
import { attempted } from './attempted.js'
import { highWaterMark } from './node-socket.js'
import type { Listener, ListenFailure, ListenOptions } from './transport.js'
import { WaitingRoom } from './waiting-room.js'

interface OpenEndpoint {
  readonly server: Server
  /** The server's own: valid until it closes. */
  readonly descriptor: Descriptor
  readonly bound: Endpoint
}

/** See Transport.listen. */
export function listen(options: ListenOptions, clock: Clock): Listener {
  const waiting = new WaitingRoom(clock, options.onIncoming)
  const endpoints: OpenEndpoint[] = []
  const failures: ListenFailure[] = []
  for (const endpoint of options.endpoints) {
    try {
      endpoints.push(open(endpoint, options, (socket) => waiting.enter(socket)))
    } catch (error) {
      if (!(error instanceof OsError)) throw error
      failures.push({ endpoint, text: error.message, because: error.because })
    }
  }
  return {
    bound: endpoints.map(({ bound }) => bound),
    failures,
    setKey: (peers, key) => attempted(() => setKeyOn(endpoints, peers, key)),
    close: () => {
      for (const { server } of endpoints.splice(0)) server.close()
      waiting.empty()
    },
  }
}

function open(on: Endpoint, options: ListenOptions, onSocket: (socket: Socket) => void): OpenEndpoint {
  const descriptor = openListeningSocket({ on, keys: options.keys ?? [] })
  // Paused: nothing is read from a stranger.
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true, highWaterMark })
  server.on('connection', onSocket)
  server.on('error', (error) => options.onAcceptFailed?.(error.message))
  // The server owns the descriptor from here on. It listens already, so an address in use was found before.
  server.listen({ fd: descriptor, backlog })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : on.port
  return { server, descriptor, bound: { address: on.address, port } }
}

function setKeyOn(endpoints: readonly OpenEndpoint[], peers: Prefix, key: Secret | undefined): void {
  for (const { descriptor, bound } of endpoints) {
    if (ipVersionOf(bound.address) !== versionOf(peers)) continue
    if (key === undefined) removeKey(descriptor, peers)
    else setKey(descriptor, peers, key)
  }
}
