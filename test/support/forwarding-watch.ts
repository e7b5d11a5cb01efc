/**
 * What a router's kernel forwards, change by change: netlink tells every one of them in order, so that no gap is too
 * short to be seen, as it is between two polls.
 */
import type { Namespace } from './netns.js'
import { waitFor } from './wait.js'

export interface ForwardingWatch {
  /** Prefixes that are forwarded now. */
  readonly prefixes: () => Promise<ReadonlySet<string>>
  /** Those that went since the watch began, in order, also if they came back. @throws when the kernel lost count */
  readonly stop: () => Promise<readonly string[]>
}

/** Come and go in the same order as everything else: what comes before them has been seen. */
const marks = { first: '198.18.255.254', last: '198.18.255.255' }

export async function watchForwarding(namespace: Namespace): Promise<ForwardingWatch> {
  const monitor = namespace.start(['ip', '-o', 'monitor', 'route'])
  const lines = () => monitor.stdout().split('\n')
  const hears = (mark: string) => async () => {
    for (const what of ['add', 'del']) await namespace.run(['ip', 'route', what, 'unreachable', mark])
    return lines().some((line) => line.startsWith(`Deleted unreachable ${mark}`))
  }
  // Again and again: the monitor takes a moment to listen.
  await waitFor('the kernel to be listened to', hears(marks.first))
  return {
    prefixes: async () => {
      const tables = await Promise.all(
        ['-4', '-6'].map((version) => namespace.run(['ip', version, '-o', 'route', 'show'])),
      )
      return new Set(tables.join('\n').split('\n').map(prefixOf))
    },
    stop: async () => {
      await waitFor('the kernel to have told all', hears(marks.last))
      const told = monitor.output()
      await monitor.stop()
      // "recvmsg: No buffer space available", when it was too slow for the kernel.
      if (/no buffer space|EOF|error/i.test(told)) throw new Error(`the kernel was not heard out: ${told}`)
      const gone = told.split('\n').filter((line) => /^Deleted (?!unreachable)/.test(line))
      return gone.map((line) => prefixOf(line.slice('Deleted '.length)))
    },
  }
}

/** A host route is told without its length. */
function prefixOf(line: string): string {
  const [first = ''] = line.split(' ')
  if (first.includes('/')) return first
  return `${first}/${first.includes(':') ? 128 : 32}`
}
