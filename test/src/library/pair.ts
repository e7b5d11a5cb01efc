/** Two speakers on loopback addresses and a free port, as a program would make them. */
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Test } from 'tap'
import {
  createSpeaker,
  type PeerOptions,
  type Speaker,
  type SpeakerEvent,
  type SpeakerOptions,
} from '../../../src/index.js'
import { waitFor } from '../../support/wait.js'

export interface Pair {
  readonly router: Speaker
  readonly worker: Speaker
  /** All that the router has told so far. */
  readonly heard: readonly SpeakerEvent[]
  readonly options: { readonly router: SpeakerOptions; readonly worker: SpeakerOptions }
}

export interface Additions {
  readonly router?: Partial<SpeakerOptions>
  readonly worker?: Partial<SpeakerOptions>
  /** Of the worker's peer, and of the router's. */
  readonly towardsRouter?: Partial<PeerOptions>
  readonly towardsWorker?: Partial<PeerOptions>
}

/** Both started and Established. */
export async function pair(t: Test, additions: Additions = {}): Promise<Pair> {
  const { router, worker } = await pairOptions(additions)
  const made = { router: createSpeaker(router), worker: createSpeaker(worker) }
  t.teardown(() => Promise.all([made.router.stop(), made.worker.stop()]))
  const heard: SpeakerEvent[] = []
  made.router.on((event) => heard.push(event))
  made.router.start()
  made.worker.start()
  await established(made.worker)
  await established(made.router)
  return { ...made, heard, options: { router, worker } }
}

export async function pairOptions({ router, worker, towardsRouter, towardsWorker }: Additions = {}) {
  const port = await freePort()
  return {
    router: {
      asn: 65000,
      routerId: '192.0.2.1',
      listen: [`127.0.0.1:${port}`],
      peers: [{ name: 'worker-1', address: '127.0.0.2', asn: 65001, passive: true, ...towardsWorker }],
      ...router,
    },
    worker: {
      asn: 65001,
      routerId: '192.0.2.2',
      peers: [
        {
          ...{ name: 'router', address: '127.0.0.1', port, localAddress: '127.0.0.2', asn: 65000 },
          nextHop: { ipv4: '192.0.2.2', ipv6: '2001:db8::2' },
          connectRetryTime: '1s',
          ...towardsRouter,
        },
      ],
      ...worker,
    },
  }
}

export function established(speaker: Speaker, count = 1): Promise<unknown> {
  return waitFor('the session', () => {
    return speaker.peers().filter(({ sessionState }) => sessionState === 'established').length === count
  })
}

/** The prefixes that the router has, once they are these. */
export async function has(router: Speaker, ...prefixes: readonly string[]): Promise<void> {
  await waitFor(`the router to have ${prefixes.join(', ') || 'nothing'}`, () => {
    return JSON.stringify(router.received().map(({ prefix }) => prefix)) === JSON.stringify(prefixes)
  })
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
