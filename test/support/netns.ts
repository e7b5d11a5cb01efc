/**
 * A laboratory of network namespaces, made for one test and gone with it. Links are made inside the namespaces, so
 * no interface of the host is ever seen, named or changed.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { attempt, type CommandOptions, type Output, run } from './command.js'
import { ownPrefix, sweep } from './leftovers.js'
import { type Running, start } from './process.js'

export interface Namespace {
  /** As `ip netns` knows it. */
  readonly name: string
  readonly path: string
  /** The same command, run inside. */
  readonly inside: (argv: readonly string[]) => readonly string[]
  readonly run: (argv: readonly string[], options?: CommandOptions) => Promise<string>
  readonly attempt: (argv: readonly string[], options?: CommandOptions) => Promise<Output>
  /** Starts a process that the laboratory stops at its end. */
  readonly start: (argv: readonly string[], env?: Readonly<Record<string, string>>) => Running
  readonly lab: Lab
}

/** One end of a link: an interface in a namespace, and its addresses with prefix length. */
export interface End {
  readonly in: Namespace
  readonly name: string
  readonly addresses: readonly string[]
  /** Its MAC address; default what the kernel makes up. */
  readonly mac?: string
}

export interface Lab {
  readonly namespace: (label: string) => Promise<Namespace>
  /** The namespace of a process that others started: a container's. */
  readonly namespaceOf: (pid: number, label: string) => Promise<Namespace>
  /** A cable between two namespaces. */
  readonly cable: (one: End, other: End) => Promise<void>
  /** A LAN: every end is a port of the bridge br0: port0, port1 and so on, in a namespace to themselves, which is given. */
  readonly lan: (ends: readonly End[]) => Promise<Namespace>
  /** A fresh folder that ends with the laboratory. */
  readonly folder: (label: string) => Promise<string>
  /** Registers what must end before the namespaces do; last in, first out. */
  readonly atEnd: (end: () => Promise<void> | void) => void
}

/** What a tap test offers, as far as a laboratory needs it. */
export interface Owner {
  readonly teardown: (end: () => Promise<void>) => void
}

export async function createLab(owner: Owner): Promise<Lab> {
  await sweep()
  const ends: (() => Promise<void> | void)[] = []
  owner.teardown(async () => {
    const faults: unknown[] = []
    for (const end of ends.reverse()) {
      try {
        await end()
      } catch (error) {
        faults.push(error)
      }
    }
    if (faults.length > 0) throw new AggregateError(faults, 'the laboratory did not end cleanly')
  })

  const lab: Lab = {
    atEnd: (end) => {
      ends.push(end)
    },
    folder: async (label) => {
      const folder = await mkdtemp(join(tmpdir(), `${ownPrefix}${label}-`))
      lab.atEnd(() => rm(folder, { recursive: true, force: true }))
      return folder
    },
    namespace: async (label) => {
      const name = `${ownPrefix}${count++}-${label}`
      await run(['ip', 'netns', 'add', name])
      lab.atEnd(() => remove(name))
      const namespace = handle(name, lab)
      // Duplicate address detection would keep link-local addresses unusable for the first second or two.
      await namespace.run([
        'sysctl',
        '-qw',
        'net.ipv6.conf.all.accept_dad=0',
        'net.ipv6.conf.default.accept_dad=0',
      ])
      await namespace.run(['ip', 'link', 'set', 'lo', 'up'])
      return namespace
    },
    namespaceOf: async (pid, label) => {
      const name = `${ownPrefix}${count++}-${label}`
      await run(['ip', 'netns', 'attach', name, String(pid)])
      lab.atEnd(() => remove(name))
      return handle(name, lab)
    },
    cable: async (one, other) => {
      await one.in.run([
        ...['ip', 'link', 'add', one.name, 'type', 'veth'],
        ...['peer', 'name', other.name, 'netns', other.in.name],
      ])
      await configure(one)
      await configure(other)
    },
    lan: async (ports) => {
      const hub = await lab.namespace('lan')
      await hub.run([
        'ip',
        'link',
        'add',
        'br0',
        'type',
        'bridge',
        'forward_delay',
        '0',
        'mcast_snooping',
        '0',
      ])
      await hub.run(['ip', 'link', 'set', 'br0', 'up'])
      for (const [index, end] of ports.entries()) {
        const port = `port${index}`
        await lab.cable({ in: hub, name: port, addresses: [] }, end)
        await hub.run(['ip', 'link', 'set', port, 'master', 'br0'])
      }
      return hub
    },
  }
  return lab
}

let count = 0

function handle(name: string, lab: Lab): Namespace {
  const path = `/run/netns/${name}`
  // nsenter rather than `ip netns exec`: the latter makes a mount namespace for each command, which is slower.
  const inside = (argv: readonly string[]): readonly string[] => ['nsenter', `--net=${path}`, '--', ...argv]
  return {
    name,
    path,
    lab,
    inside,
    run: (argv, options) => run(inside(argv), options),
    attempt: (argv, options) => attempt(inside(argv), options),
    start: (argv, env) => {
      const running = start(inside(argv), env)
      lab.atEnd(() => running.stop())
      return running
    },
  }
}

async function configure({ in: namespace, name, addresses, mac }: End): Promise<void> {
  if (mac !== undefined) await namespace.run(['ip', 'link', 'set', name, 'address', mac])
  for (const address of addresses) {
    const nodad = address.includes(':') ? ['nodad'] : []
    await namespace.run(['ip', 'address', 'add', address, 'dev', name, ...nodad])
  }
  await namespace.run(['ip', 'link', 'set', name, 'up'])
}

async function remove(name: string): Promise<void> {
  await run(['ip', 'netns', 'del', name])
}
