/** A fresh Debian 13 without Node, as a container whose network is a namespace of the laboratory. */
import { attempt, type Output, run } from './command.js'
import type { Namespace } from './netns.js'
import { type Running, start } from './process.js'
import { containers } from './routers/container.js'

export interface BareMachine {
  readonly run: (argv: readonly string[]) => Promise<string>
  readonly attempt: (argv: readonly string[]) => Promise<Output>
  readonly start: (argv: readonly string[]) => Running
}

/** @param folder seen at the same path inside */
export async function createBareMachine(namespace: Namespace, folder: string): Promise<BareMachine> {
  const { engine, options, debian13 } = await containers()
  const name = `${namespace.name}-bare`
  namespace.lab.atEnd(async () => {
    await attempt([engine, 'rm', '--force', '--time', '0', name])
  })
  await run([
    ...[engine, 'run', '--detach', '--name', name, '--privileged', ...options, '--network', 'none'],
    ...['--volume', `${folder}:${folder}`, '--entrypoint', 'sleep', debian13, 'infinity'],
  ])
  const pid = (await run([engine, 'inspect', '--format', '{{.State.Pid}}', name])).trim()
  const inside = (argv: readonly string[]) => [
    ...['nsenter', `--target=${pid}`, '--mount', '--root', `--net=${namespace.path}`, '--'],
    ...['env', '--ignore-environment', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', ...argv],
  ]
  return {
    run: (argv) => run(inside(argv), { timeoutSeconds: 300 }),
    attempt: (argv) => attempt(inside(argv), { timeoutSeconds: 300 }),
    start: (argv) => start(inside(argv)),
  }
}
