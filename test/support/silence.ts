/** Networks that go quiet while every interface stays up. */
import type { Namespace } from './netns.js'

export interface Silence {
  /** Senders repeat what was dropped, unless they have given up. */
  readonly lift: () => Promise<void>
}

/**
 * Drops packets, both ways.
 * @param of `payload`: segments that carry something (PSH), so that connections open and say nothing.
 */
export async function silence(namespace: Namespace, of: 'payload' | 'everything'): Promise<Silence> {
  const match = of === 'payload' ? ['tcp', 'flags', 'psh'] : []
  await namespace.run(['nft', 'add', 'table', 'inet', 'silence'])
  for (const hook of ['input', 'output']) {
    const chain = `{ type filter hook ${hook} priority 0; }`
    await namespace.run(['nft', 'add', 'chain', 'inet', 'silence', hook, chain])
    await namespace.run(['nft', 'add', 'rule', 'inet', 'silence', hook, ...match, 'drop'])
  }
  return {
    lift: async () => {
      await namespace.run(['nft', 'delete', 'table', 'inet', 'silence'])
    },
  }
}

/** TCP connections of the namespace with port 179 at either end. */
export async function bgpConnections(namespace: Namespace): Promise<number> {
  const filter = ['state', 'established', '( sport = :179 or dport = :179 )']
  const printed = await namespace.run(['ss', '--tcp', '--numeric', '--no-header', ...filter])
  return printed.split('\n').filter((line) => line !== '').length
}
