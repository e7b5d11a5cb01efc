/** herald, as the package installs it, in a namespace: asked over its control socket, which costs no further process. */
import { mkdir, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import type { L2AddressReport, L2State } from '../../src/control/api/l2.js'
import type { Namespace } from '../../test/support/netns.js'
import type { Running } from '../../test/support/process.js'
import { Hopeless, waitFor } from '../../test/support/wait.js'

const main = fileURLToPath(new URL('../../src/herald.js', import.meta.url))

export interface Daemon {
  readonly start: () => Promise<void>
  /** Of its only address. */
  readonly state: () => Promise<L2State | undefined>
  /** Until its address has this state. */
  readonly stands: (...states: readonly L2State[]) => Promise<void>
  /** Resolves when the process has ended. */
  readonly end: (signal: NodeJS.Signals) => Promise<void>
  /** Reads another file. */
  readonly reload: (file: object) => Promise<void>
}

export async function prepareDaemon(namespace: Namespace, file: object): Promise<Daemon> {
  const folder = await namespace.lab.folder('lan')
  const [path, socket] = [join(folder, 'herald.yaml'), join(folder, 'herald.sock')]
  const control = { socket, stateDirectory: join(folder, 'state') }
  await mkdir(control.stateDirectory)
  const write = (content: object) => writeFile(path, stringify({ control, ...content }))
  await write(file)
  let life: Running | undefined
  const state = async () => {
    if (life?.alive() === false) throw new Hopeless(life.output())
    const [row] = JSON.parse(await ask(socket, 'GET', '/v1/l2')) as readonly L2AddressReport[]
    return row?.state
  }
  return {
    state,
    start: async () => {
      life = namespace.start([process.execPath, main, 'run', '-c', path])
      await waitFor('herald to answer', async () => (await state()) !== undefined, { everyMilliseconds: 50 })
    },
    stands: async (...states) => {
      const standing = async () => {
        const now = await state()
        return now !== undefined && states.includes(now)
      }
      await waitFor(`herald to be ${states.join(' or ')}`, standing, { everyMilliseconds: 50 })
    },
    end: async (signal) => {
      life?.signal(signal)
      await life?.ended
    },
    reload: async (next) => {
      await write(next)
      await ask(socket, 'POST', '/v1/reload')
    },
  }
}

function ask(socketPath: string, method: 'GET' | 'POST', path: string): Promise<string> {
  return new Promise((done, fail) => {
    const headers = { 'content-type': 'application/json' }
    const call = request({ socketPath, path, method, headers }, (response) => {
      let text = ''
      response.on('data', (data: Buffer) => {
        text += data.toString()
      })
      response.on('end', () => {
        if (response.statusCode === 200) done(text)
        else fail(new Error(`${path}: ${response.statusCode} ${text}`))
      })
    })
    call.on('error', fail)
    call.end(method === 'POST' ? '{}' : undefined)
  })
}
