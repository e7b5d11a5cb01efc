/** TCP connections that open, close and say nothing: what is sent in them waits until the silence is lifted. */
import type { Namespace } from './netns.js'

export interface Silence {
  /** Senders repeat what was dropped, so that nothing is lost. */
  readonly lift: () => Promise<void>
}

/** Drops segments that carry something (PSH), both ways. */
export async function silence(namespace: Namespace): Promise<Silence> {
  await namespace.run(['nft', 'add', 'table', 'inet', 'silence'])
  for (const hook of ['input', 'output']) {
    const chain = `{ type filter hook ${hook} priority 0; }`
    await namespace.run(['nft', 'add', 'chain', 'inet', 'silence', hook, chain])
    await namespace.run(['nft', 'add', 'rule', 'inet', 'silence', hook, 'tcp', 'flags', 'psh', 'drop'])
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
