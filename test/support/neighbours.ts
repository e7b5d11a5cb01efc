/** What the kernel of a client knows of its neighbours, and how it is made to ask. */
import type { Station } from './lan.js'
import { waitFor } from './wait.js'

export interface Neighbour {
  readonly mac: string | undefined
  /** As iproute2 has it: 'REACHABLE', 'STALE', 'DELAY', 'PROBE', 'FAILED', 'INCOMPLETE'. */
  readonly state: string | undefined
}

/** Undefined when it has no entry. */
export async function neighbourOf({ namespace }: Station, address: string): Promise<Neighbour | undefined> {
  const printed = await namespace.run(['ip', '-json', 'neigh', 'show', 'to', address, 'dev', 'eth0'])
  const [entry] = JSON.parse(printed || '[]') as { lladdr?: string; state?: string[] }[]
  return entry === undefined ? undefined : { mac: entry.lladdr, state: entry.state?.[0] }
}

export async function forget({ namespace }: Station, address: string): Promise<void> {
  await namespace.attempt(['ip', 'neigh', 'del', address, 'dev', 'eth0'])
}

/** Sends a datagram to the discard port: a kernel without an entry asks for one, and one with a stale entry verifies it. */
export async function talkTo({ namespace }: Station, address: string): Promise<void> {
  await namespace.attempt(['bash', '-c', `echo >/dev/udp/${address}/9`])
}

/** Has the kernel ask anew, and waits for the answer: the MAC address it came with. */
export async function resolve(client: Station, address: string): Promise<string> {
  await forget(client, address)
  return waitFor(`an answer for ${address}`, async () => {
    await talkTo(client, address)
    const { mac, state } = (await neighbourOf(client, address)) ?? {}
    return state === 'FAILED' ? undefined : mac
  })
}

/** Has the kernel ask for an address that nobody answers for: until it has given up. */
export async function resolvesNot(client: Station, address: string): Promise<void> {
  await forget(client, address)
  await talkTo(client, address)
  await waitFor(`nobody to answer for ${address}`, async () => {
    return (await neighbourOf(client, address))?.state === 'FAILED'
  })
}

/** Until the kernel's entry names this station: it is not made to ask. */
export async function believes(client: Station, address: string, { mac }: Station): Promise<void> {
  await waitFor(`the client to take ${mac} for ${address}`, async () => {
    const known = await neighbourOf(client, address)
    if (known?.mac === mac) return true
    throw new Error(`it takes ${JSON.stringify(known)}`)
  })
}

/** Neighbour unreachability detection: the kernel asks the station of its entry, by unicast, until that answers. */
export async function probes(client: Station, address: string): Promise<Neighbour> {
  const { mac = '' } = (await neighbourOf(client, address)) ?? {}
  const change = ['ip', 'neigh', 'change', address, 'lladdr', mac, 'dev', 'eth0', 'nud', 'probe']
  await client.namespace.run(change)
  return waitFor(`the end of probing ${address}`, async () => {
    const known = await neighbourOf(client, address)
    return known === undefined || known.state === 'PROBE' ? undefined : known
  })
}
