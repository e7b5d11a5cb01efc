import { readFileSync } from 'node:fs'
import type { Ip } from '../../net/ip.js'
import type { Prefix } from '../../net/prefix.js'
import type { Result } from '../../net/result.js'
import { Secret } from '../../net/secret.js'
import { systemClock } from '../../src/clock.js'
import { readTcpDrops } from '../../src/os/tcp-statistics.js'
import type { Connection } from '../../src/transport/connection.js'
import { tcpTransport } from '../../src/transport/tcp.js'
import type { DialOutcome, Incoming, Listener } from '../../src/transport/transport.js'
import { serveRequests } from './agent.js'
import { type Recording, record } from './recording.js'
import type { Accepted, AgentConnection, Dialled, DialRequest, Request } from './tcp-agent.js'

const transport = tcpTransport(systemClock)
const connections: { readonly connection: Connection; readonly recording: Recording }[] = []
const incoming: Incoming[] = []
const waiting: ((incoming: Incoming) => void)[] = []
let listener: Listener | undefined

serveRequests(serve)

async function serve(request: Request): Promise<unknown> {
  switch (request.do) {
    case 'listen':
      listener?.close()
      listener = transport.listen({
        endpoints: [{ address: request.on as Ip, port: request.port ?? 0 }],
        keys: Object.entries(request.keys ?? {}).map(([peers, key]) => ({
          peers: peers as Prefix,
          key: new Secret(key),
        })),
        onIncoming: (one) => {
          const wanted = waiting.shift()
          if (wanted === undefined) incoming.push(one)
          else wanted(one)
        },
      })
      return { bound: listener.bound, failures: listener.failures.map(({ text }) => text) }
    case 'set-listener-key':
      return problemOf(listener?.setKey(request.peers as Prefix, secret(request.key)))
    case 'accept': {
      const one = incoming.shift() ?? (await new Promise<Incoming>((resolve) => waiting.push(resolve)))
      const { ttl, ttlSecurityHops, key } = request
      const accepted = one.accept({
        ttl,
        ...(ttlSecurityHops !== undefined && { ttlSecurityHops }),
        ...(key !== undefined && { key: new Secret(key) }),
      })
      if (!accepted.ok) return { is: 'refused', text: accepted.because } satisfies Accepted
      return { is: 'connected', ...keep(accepted.value) } satisfies Accepted
    }
    case 'dial':
      return dialled(await dial(request))
    case 'set-key':
      return problemOf(kept(request.connection).connection.setKey(secret(request.key)))
    case 'set-rules':
      return problemOf(kept(request.connection).connection.setRules(request))
    case 'write':
      kept(request.connection).connection.write(Buffer.from(request.text))
      return undefined
    case 'read':
      return (await kept(request.connection).recording.octets(request.octets)).toString()
    case 'destroy':
      kept(request.connection).connection.destroy()
      return undefined
    case 'closed':
      return kept(request.connection).recording.closed()
    case 'counter':
      return counter(request.name)
    case 'drops':
      return readTcpDrops()
  }
}

function dial(request: DialRequest): Promise<DialOutcome> {
  const { to, port, localAddress, key, timeoutMs = 5_000, ttl = 64, ttlSecurityHops } = request
  return new Promise((resolve) => {
    transport.dial(
      {
        remote: { address: to as Ip, port },
        timeoutMs,
        ttl,
        ...(ttlSecurityHops !== undefined && { ttlSecurityHops }),
        ...(localAddress !== undefined && { localAddress: localAddress as Ip }),
        ...(request.interface !== undefined && { interface: request.interface }),
        ...(key !== undefined && { key: new Secret(key) }),
      },
      resolve,
    )
  })
}

function dialled(outcome: DialOutcome): Dialled {
  return outcome.is === 'failed' ? outcome : { is: 'connected', ...keep(outcome.connection) }
}

function keep(connection: Connection): AgentConnection {
  const { local, remote, interface: name } = connection
  connections.push({ connection, recording: record(connection) })
  return { connection: connections.length - 1, local, remote, ...(name !== undefined && { interface: name }) }
}

function kept(connection: number) {
  const one = connections[connection]
  if (one === undefined) throw new Error(`no connection ${connection}`)
  return one
}

function secret(key: string | undefined): Secret | undefined {
  return key === undefined ? undefined : new Secret(key)
}

function problemOf(result: Result<void> | undefined): string | undefined {
  return result === undefined || result.ok ? undefined : result.because
}

function counter(name: string): number {
  const [names = [], values = []] = readFileSync('/proc/self/net/netstat', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('TcpExt:'))
    .map((line) => line.split(' '))
  return Number(values[names.indexOf(name)])
}
