/** herald itself, as a child process in a namespace: what a user starts, and the CLI that the user types. */
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import type { Output } from './command.js'
import type { Namespace } from './netns.js'
import type { Running } from './process.js'
import { Hopeless, waitFor } from './wait.js'

const main = fileURLToPath(new URL('../../src/main.js', import.meta.url))

export interface Herald {
  readonly namespace: Namespace
  /** Its configuration, keys and state. */
  readonly folder: string
  readonly pid: () => number
  readonly alive: () => boolean
  /** Runs a CLI command that must succeed, and gives what it printed. */
  readonly cli: (...words: string[]) => Promise<string>
  /** The same, whatever its exit status. */
  readonly attempt: (...words: string[]) => Promise<Output>
  /** A command's `-o json`, read. */
  readonly json: <T>(...words: string[]) => Promise<T>
  /** Writes a file anew, for a reload; the control socket and the state directory stay. */
  readonly configure: (configuration: HeraldConfiguration) => Promise<void>
  /** Writes a file beside the configuration: a password, for one. */
  readonly write: (name: string, content: string) => Promise<void>
  readonly signal: (signal: NodeJS.Signals) => void
  /** SIGTERM; resolves with the exit status. */
  readonly stop: () => Promise<number | NodeJS.Signals>
  readonly kill: () => Promise<void>
  /** Starts again, with the file and the state that are there. */
  readonly start: () => Promise<void>
  /** The same, without waiting for anything. */
  readonly launch: () => Running
  /** Standard output and standard error of all its lives. */
  readonly logs: () => string
  /** The log's JSON lines. */
  readonly logLines: () => readonly Readonly<Record<string, unknown>>[]
}

/** As in the YAML file; tests of bad input give text. */
export type HeraldConfiguration = Readonly<Record<string, unknown>> | string

/** @param env of the daemon, besides this process's own */
export async function startHerald(
  namespace: Namespace,
  configuration: HeraldConfiguration,
  env: Readonly<Record<string, string>> = {},
): Promise<Herald> {
  const herald = await prepareHerald(namespace, configuration, env)
  await herald.start()
  return herald
}

/** Everything but the start, for tests that add files or expect a refusal. */
export async function prepareHerald(
  namespace: Namespace,
  configuration: HeraldConfiguration,
  env: Readonly<Record<string, string>> = {},
): Promise<Herald> {
  const folder = await namespace.lab.folder('herald')
  const file = join(folder, 'herald.yaml')
  const socket = join(folder, 'herald.sock')
  let life: Running | undefined
  let past = ''

  const node = (words: readonly string[]): readonly string[] => [process.execPath, main, ...words]
  const attempt = (...words: string[]): Promise<Output> =>
    namespace.attempt(node(words), { env: { HERALD_SOCKET: socket } })
  const cli = async (...words: string[]): Promise<string> => {
    const { status, stdout, stderr } = await attempt(...words)
    if (status !== 0) throw new Error(`herald ${words.join(' ')}: exit status ${status}\n${stdout}${stderr}`)
    return stdout
  }
  const logs = (): string => past + (life?.output() ?? '')

  const herald: Herald = {
    namespace,
    folder,
    cli,
    attempt,
    logs,
    json: async <T>(...words: string[]) => JSON.parse(await cli(...words, '-o', 'json')) as T,
    pid: () => life?.pid ?? -1,
    alive: () => life?.alive() ?? false,
    write: (name, content) => writeFile(join(folder, name), content, { mode: 0o600 }),
    configure: async (next) => {
      const control = { socket, stateDirectory: join(folder, 'state') }
      // Some hold keys.
      const mode = 0o600
      await writeFile(file, typeof next === 'string' ? next : stringify({ control, ...next }), { mode })
    },
    signal: (signal) => life?.signal(signal),
    stop: async () => {
      if (life === undefined) throw new Error('herald has not been started')
      life.signal('SIGTERM')
      return life.ended
    },
    kill: async () => {
      life?.signal('SIGKILL')
      await life?.ended
    },
    launch: () => {
      past = logs()
      life = namespace.start(node(['run', '-c', file]), env)
      return life
    },
    start: async () => {
      const running = herald.launch()
      // A killed life leaves its socket behind: only an answer proves that this one listens.
      await waitFor('herald to answer', async () => {
        if (!running.alive())
          throw new Hopeless(`herald ended with ${await running.ended}:\n${running.output()}`)
        return existsSync(socket) && (await attempt('status')).status === 0
      })
    },
    logLines: () =>
      logs()
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  }
  await herald.configure(configuration)
  return herald
}
