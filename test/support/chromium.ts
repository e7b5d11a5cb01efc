/** A headless Chromium, driven over its debugging pipe (the DevTools protocol, one JSON object up to each NUL). */
import { spawn } from 'node:child_process'
import { rm } from 'node:fs/promises'
import type { Readable, Writable } from 'node:stream'
import type { Namespace } from './netns.js'
import { waitFor } from './wait.js'

export interface Page {
  /** Runs an expression in the page and gives its value. */
  readonly evaluate: <T>(expression: string) => Promise<T>
  /** Errors of the console and uncaught ones. */
  readonly errors: readonly string[]
  /** Addresses that were asked for. */
  readonly requests: readonly string[]
  readonly look: (what: { readonly width?: number; readonly dark?: boolean }) => Promise<void>
  /** A PNG. */
  readonly screenshot: () => Promise<Buffer>
}

interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: Readonly<Record<string, unknown>>
  readonly result?: unknown
  readonly error?: { readonly message: string }
}

/** Opens a page in a namespace; the browser ends with the laboratory. */
export async function openPage(namespace: Namespace, url: string): Promise<Page> {
  const folder = await namespace.lab.folder('chromium')
  const [command = '', ...words] = namespace.inside([
    ...[
      'chromium',
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--no-first-run',
    ],
    ...['--disable-background-networking', '--disable-component-update', '--remote-debugging-pipe'],
    ...[`--user-data-dir=${folder}/profile`, 'about:blank'],
  ])
  const browser = spawn(command, words, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] })
  const ended = new Promise<void>((done) => browser.once('exit', () => done()))
  namespace.lab.atEnd(async () => {
    browser.kill('SIGKILL')
    await ended
    // Its children may be writing still.
    await rm(`${folder}/profile`, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  })
  const [to, from] = [browser.stdio[3] as Writable, browser.stdio[4] as Readable]
  const answers = new Map<number, (message: Message) => void>()
  const errors: string[] = []
  const requests: string[] = []
  let pending = ''
  from.setEncoding('utf8').on('data', (text: string) => {
    const parts = (pending + text).split('\0')
    pending = parts.pop() ?? ''
    for (const part of parts) receive(JSON.parse(part) as Message)
  })
  const receive = ({ id, method, params = {}, ...message }: Message) => {
    if (id !== undefined) answers.get(id)?.(message)
    if (method === 'Runtime.exceptionThrown' || method === 'Log.entryAdded')
      errors.push(JSON.stringify(params))
    if (method === 'Runtime.consoleAPICalled' && params.type === 'error') errors.push(JSON.stringify(params))
    if (method === 'Network.requestWillBeSent') requests.push((params.request as { url: string }).url)
  }
  let sent = 0
  const call = async (method: string, params: object = {}, sessionId?: string): Promise<unknown> => {
    const id = ++sent
    const answered = new Promise<Message>((done) => answers.set(id, done))
    to.write(`${JSON.stringify({ id, method, params, ...(sessionId !== undefined && { sessionId }) })}\0`)
    const { result, error } = await answered
    if (error !== undefined) throw new Error(`${method}: ${error.message}`)
    return result
  }
  const { targetId } = (await call('Target.createTarget', { url: 'about:blank' })) as { targetId: string }
  const { sessionId } = (await call('Target.attachToTarget', { targetId, flatten: true })) as {
    sessionId: string
  }
  const inPage = (method: string, params?: object) => call(method, params, sessionId)
  for (const domain of ['Runtime', 'Network', 'Log', 'Page']) await inPage(`${domain}.enable`)
  const evaluate = async <T>(expression: string): Promise<T> => {
    const answer = await inPage('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true })
    return (answer as { result: { value: T } }).result.value
  }
  await inPage('Page.navigate', { url })
  await waitFor('the page', () => evaluate<boolean>("document.readyState === 'complete'"))
  return {
    ...{ evaluate, errors, requests },
    look: async ({ width = 1200, dark = false }) => {
      await inPage('Emulation.setDeviceMetricsOverride', {
        ...{ width, height: 900, deviceScaleFactor: 1, mobile: width < 600 },
      })
      const features = [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }]
      await inPage('Emulation.setEmulatedMedia', { features })
    },
    screenshot: async () => {
      const { data } = (await inPage('Page.captureScreenshot', { captureBeyondViewport: true })) as {
        data: string
      }
      return Buffer.from(data, 'base64')
    },
  }
}
