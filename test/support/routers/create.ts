import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../command.js'
import type { Namespace } from '../netns.js'
import { Hopeless, waitFor } from '../wait.js'
import { containers, imageOf } from './container.js'
import { type Console, type Driver, familyOf } from './driver.js'
import { createMachine } from './machine.js'
import type { Packaging, Router, RouterKind, RouterSettings } from './router.js'

/** Makes a kind of router out of a vendor's driver and a place to run it. */
export function kindOf(driver: Driver, packaging: Packaging): RouterKind {
  const kind: RouterKind = {
    name: `${driver.vendor} ${packaging}`,
    vendor: driver.vendor,
    packaging,
    lacks: new Set(driver.lacks[packaging]),
    version: () => version(driver, packaging),
    create: (namespace, settings) => create(driver, kind, namespace, settings),
  }
  return kind
}

async function version(driver: Driver, packaging: Packaging): Promise<string> {
  // OpenBGPD tells its version on standard error.
  const ask = ['sh', '-c', `${driver.versionCommand.join(' ')} 2>&1`]
  const argv = packaging === 'package' ? ask : await throwaway(driver, ask)
  const printed = await run(argv)
  const found = driver.versionPattern.exec(printed)?.[1]
  if (found === undefined) throw new Error(`no version in: ${printed}`)
  return found
}

async function throwaway(driver: Driver, [shell, ...args]: readonly string[]): Promise<readonly string[]> {
  const { engine, options } = await containers()
  const image = await imageOf(driver.vendor)
  return [
    engine,
    'run',
    '--rm',
    '--network',
    'none',
    ...options,
    '--entrypoint',
    shell ?? 'sh',
    image,
    ...args,
  ]
}

async function create(
  driver: Driver,
  kind: RouterKind,
  namespace: Namespace,
  settings: RouterSettings,
): Promise<Router> {
  const { lab } = namespace
  const folder = await lab.folder(driver.vendor)
  const log = join(folder, 'log')
  const machine = await createMachine(kind.packaging, { namespace, vendor: driver.vendor, folder })
  lab.atEnd(machine.remove)

  const console: Console = {
    settings,
    folder,
    originated: new Map(settings.originate?.map((route) => [route.prefix, route])),
    run: (argv, stdin) => run(machine.inside(argv), stdin === undefined ? {} : { stdin }),
    logs: async () => readFile(log, 'utf8').catch(() => ''),
    write: async (name, content) => {
      await writeFile(join(folder, name), content)
      // OpenBGPD refuses a configuration that others may write, FRR one that it may not read.
      await chmod(join(folder, name), 0o644)
    },
  }
  const start = async (): Promise<void> => {
    const originate = [...console.originated.values()]
    const files = {
      ...driver.files({ ...settings, originate }, folder),
      'start.sh': `set -e\nexec >>${log} 2>&1\n${driver.launch(settings, folder)}\n`,
    }
    for (const [name, content] of Object.entries(files)) await console.write(name, content)
    await machine.start()
    await waitFor(`${kind.name} to answer`, async () => {
      if (!(await machine.alive())) throw new Hopeless(`${kind.name} ended:\n${await console.logs()}`)
      await driver.ready(console)
      return true
    }).catch(async (cause: unknown) => {
      throw new Error(`${kind.name} does not answer:\n${await console.logs()}`, { cause })
    })
    if (driver.originatesByCommand) for (const route of originate) await driver.originate(console, route)
  }
  await start()

  const router: Router = {
    kind,
    namespace,
    settings,
    start,
    stop: () => machine.signal('SIGTERM'),
    kill: () => machine.signal('SIGKILL'),
    logs: console.logs,
    command: (...words) => driver.command(console, words),
    neighbor: (address) => driver.neighbor(console, address),
    established: (address) =>
      waitFor(`${kind.name} to have ${address} established`, async () => {
        const status = await driver.neighbor(console, address)
        return status?.state === 'established' && status
      }),
    routes: (family) => driver.routes(console, family),
    routesFrom: async (address, family) =>
      new Map(
        (await driver.routes(console, family))
          .filter(({ from }) => from === address)
          .map((route) => [route.prefix, route]),
      ),
    openTable: async () =>
      driver.openTable?.(folder) ?? {
        prefixes: async (family) =>
          new Set((await driver.routes(console, family)).map(({ prefix }) => prefix)),
        close: () => undefined,
      },
    originate: async (route) => {
      console.originated.set(route.prefix, route)
      await driver.originate(console, route)
    },
    withdraw: async (prefix) => {
      if (!console.originated.delete(prefix))
        throw new Error(`${prefix} (${familyOf(prefix)}) is not originated`)
      await driver.withdraw(console, prefix)
    },
  }
  return router
}
