import type { Accepted, Agent, AgentConnection, Dialled, DialRequest } from './tcp-agent.js'

/** Listens anew and answers the port. */
export async function listenOn(
  agent: Agent,
  on: string,
  keys: Readonly<Record<string, string>> = {},
): Promise<number> {
  const { bound, failures } = await agent.ask({ do: 'listen', on, keys })
  if (bound[0] === undefined) throw new Error(failures.join())
  return bound[0].port
}

export interface Talk {
  readonly dialled: AgentConnection
  readonly accepted: AgentConnection
}

/** Dials and accepts, and throws when there is no connection. */
export async function connect(from: Agent, to: Agent, dial: DialRequest, rules = { ttl: 64 }): Promise<Talk> {
  const dialled = connected(await from.ask({ do: 'dial', ...dial }))
  const accepted = connected(await to.ask({ do: 'accept', ...rules }))
  return { dialled, accepted }
}

export function connected(outcome: Dialled | Accepted): AgentConnection {
  if (outcome.is !== 'connected') throw new Error(outcome.text)
  return outcome
}

/** Sends both ways; answers what has arrived in all, at the acceptor's and at the dialler's. */
export async function exchange(
  from: Agent,
  to: Agent,
  { dialled, accepted }: Talk,
): Promise<[string, string]> {
  await from.ask({ do: 'write', connection: dialled.connection, text: 'ping' })
  await to.ask({ do: 'write', connection: accepted.connection, text: 'pong' })
  return Promise.all([
    to.ask({ do: 'read', connection: accepted.connection, octets: 4 }),
    from.ask({ do: 'read', connection: dialled.connection, octets: 4 }),
  ])
}
