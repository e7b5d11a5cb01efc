import type { Socket } from 'node:net'
import type { Clock } from '../../net/clock.js'
import { formatEndpoint } from '../../net/endpoint.js'
import { isLinkLocal } from '../../net/ip-kind.js'
import { OsError } from '../os/os-error.js'
import { openOutgoingSocket } from '../os/tcp-socket.js'
import type { Connection } from './connection.js'
import { failureOfConnecting, failureOfPreparing, metItself, noAnswer, whichLink } from './dial-failure.js'
import { socketOver } from './node-socket.js'
import { ttlRulesOf } from './packet-rules.js'
import { socketEnd } from './socket-end.js'
import { TcpConnection } from './tcp-connection.js'
import type { Dial, DialFailure, DialOptions, DialOutcome } from './transport.js'

/** See Transport.dial. */
export function dial(options: DialOptions, clock: Clock, onOutcome: (outcome: DialOutcome) => void): Dial {
  let waiting = true
  const settle = (outcome: DialOutcome) => {
    if (!waiting) return
    waiting = false
    onOutcome(outcome)
  }
  const socket = prepare(options)
  if ('because' in socket) {
    queueMicrotask(() => settle({ is: 'failed', ...socket }))
    return {
      cancel: () => {
        waiting = false
      },
    }
  }
  const giveUp = () => {
    cancelTimer()
    socket.destroy()
  }
  const fail = (failure: DialFailure) => {
    giveUp()
    settle({ is: 'failed', ...failure })
  }
  const cancelTimer = clock.after(options.timeoutMs, () => fail(noAnswer(options)))
  const onError = (error: Error) => fail(failureOfConnecting(options, error))
  socket.on('error', onError)
  socket.once('connect', () => {
    const connection = connectionOver(socket, options, clock)
    if (connection === undefined) return fail(metItself(options))
    cancelTimer()
    socket.off('error', onError)
    settle({ is: 'connected', connection })
  })
  socket.connect({ host: hostOf(options), port: options.remote.port })
  return {
    cancel: () => {
      if (!waiting) return
      waiting = false
      giveUp()
    },
  }
}

/** With its zone: newer libuv takes the first interface that has a link-local address where none is named. */
function hostOf({ remote: { address }, interface: name }: DialOptions): string {
  return isLinkLocal(address) && name !== undefined ? `${address}%${name}` : address
}

function prepare(options: DialOptions): Socket | DialFailure {
  const { remote, localAddress, interface: name, key } = options
  if (isLinkLocal(remote.address) && name === undefined) return whichLink(remote.address)
  try {
    return socketOver(
      openOutgoingSocket({
        remote: remote.address,
        ttl: ttlRulesOf(options),
        ...(localAddress !== undefined && { localAddress }),
        ...(name !== undefined && { interface: name }),
        ...(key !== undefined && { key }),
      }),
    )
  } catch (error) {
    if (error instanceof OsError) return failureOfPreparing(error)
    throw error
  }
}

/** Undefined when both ends are the same socket. */
function connectionOver(socket: Socket, options: DialOptions, clock: Clock): Connection | undefined {
  const { remote, interface: name } = options
  const local = socketEnd(socket.localAddress, socket.localPort)
  if (local === undefined || formatEndpoint(local.endpoint) === formatEndpoint(remote)) return undefined
  return new TcpConnection(
    {
      socket,
      initiatedBy: 'us',
      local: local.endpoint,
      remote,
      ...(name !== undefined && { interface: name }),
    },
    clock,
  )
}
