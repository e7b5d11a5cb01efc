/** Where a router's processes run: the host's packages in a namespace, or a container that joins that namespace. */
import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../command.js'
import type { Namespace } from '../netns.js'
import { type Running, start } from '../process.js'
import { containers, type Image, imageOf } from './container.js'
import type { Packaging } from './router.js'

export interface Machine {
  readonly start: () => Promise<void>
  readonly alive: () => Promise<boolean>
  readonly signal: (signal: 'SIGTERM' | 'SIGKILL') => Promise<void>
  readonly remove: () => Promise<void>
  /** The same command, run where the router runs. */
  readonly inside: (argv: readonly string[]) => readonly string[]
}

export interface Machinery {
  readonly namespace: Namespace
  readonly vendor: Image
  /** Holds `start.sh`; seen at the same path on both sides. */
  readonly folder: string
}

export async function createMachine(packaging: Packaging, machinery: Machinery): Promise<Machine> {
  // The daemons drop privileges, and must still reach their own files below.
  await chmod(machinery.folder, 0o755)
  switch (packaging) {
    case 'package':
      return onHost(machinery)
    case 'container':
      return inContainer(machinery)
  }
}

function onHost({ namespace, folder }: Machinery): Machine {
  let running: Running | undefined
  return {
    start: async () => {
      running = start(namespace.inside(['sh', join(folder, 'start.sh')]))
    },
    alive: async () => running?.alive() ?? false,
    signal: async (signal) => {
      running?.signal(signal)
      await running?.ended
    },
    remove: async () => running?.stop(),
    inside: namespace.inside,
  }
}

async function inContainer({ namespace, vendor, folder }: Machinery): Promise<Machine> {
  const { engine, options } = await containers()
  const image = await imageOf(vendor)
  const name = `${namespace.name}-${vendor}`
  let pid: string | undefined
  let made = false

  // Docker cannot join a namespace by its path, so there the container's first process does.
  const docker = engine === 'docker'
  const network = docker
    ? ['--network', 'host', '--volume', '/run/netns:/run/netns']
    : ['--network', `ns:${namespace.path}`]
  const join_ = docker ? `exec nsenter --net=${namespace.path} ` : 'exec '
  const create = [
    ...[engine, 'run', '--detach', '--name', name, '--privileged', ...options, ...network],
    ...[
      '--volume',
      `${folder}:${folder}`,
      '--entrypoint',
      'sh',
      image,
      '-c',
      `${join_}sh ${folder}/start.sh`,
    ],
  ]
  const inspect = async (field: string): Promise<string> =>
    (await run([engine, 'inspect', '--format', `{{.State.${field}}}`, name])).trim()

  return {
    start: async () => {
      await run(made ? [engine, 'start', name] : create)
      made = true
      pid = await inspect('Pid')
    },
    alive: async () => made && (await inspect('Running')) === 'true',
    signal: async (signal) => {
      await run([engine, 'kill', '--signal', signal, name])
      await run([engine, 'wait', name])
    },
    remove: async () => {
      if (made) await run([engine, 'rm', '--force', name])
    },
    // Entering by process id takes a few milliseconds, `podman exec` a few hundred.
    inside: (argv) => {
      if (pid === undefined) throw new Error(`${name} has not been started`)
      return ['nsenter', `--target=${pid}`, '--mount', '--root', '--net', '--', ...argv]
    },
  }
}
