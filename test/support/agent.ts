/**
 * Our code in a process of its own, because a process cannot enter a network namespace later than at its start.
 * Requests and answers are lines of JSON; every request has one answer, which may take as long as the network.
 */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Namespace } from './netns.js'

interface AnyRequest {
  readonly do: string
}

export interface Agent<Request extends AnyRequest, Answers extends Record<Request['do'], unknown>> {
  readonly ask: <R extends Request>(request: R) => Promise<Answers[R['do']]>
}

/**
 * @param script of this folder, which calls `serveRequests`
 * @param launcher a command that starts another, to take privileges away, for instance
 */
export function startProcess<Request extends AnyRequest, Answers extends Record<Request['do'], unknown>>(
  namespace: Namespace,
  script: string,
  launcher: readonly string[] = [],
): Agent<Request, Answers> {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const [file = '', ...args] = namespace.inside([...launcher, process.execPath, path])
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const waiting = new Map<number, { resolve: (answer: never) => void; reject: (error: Error) => void }>()
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { id, answer } = JSON.parse(line)
    waiting.get(id)?.resolve(answer as never)
    waiting.delete(id)
  })
  child.once('exit', (status) => {
    for (const { reject } of waiting.values()) reject(new Error(`the agent ended with ${status}`))
  })
  namespace.lab.atEnd(() => {
    child.stdin.end()
  })
  let last = 0
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        const id = ++last
        waiting.set(id, { resolve, reject })
        child.stdin.write(`${JSON.stringify({ id, request })}\n`)
      }),
  }
}

/** The other side: answers until nobody asks any more. */
export function serveRequests<Request extends AnyRequest>(serve: (request: Request) => unknown): void {
  createInterface({ input: process.stdin })
    .on('line', async (line) => {
      const { id, request }: { id: number; request: Request } = JSON.parse(line)
      const answer = await serve(request)
      process.stdout.write(`${JSON.stringify({ id, answer })}\n`)
    })
    .on('close', () => process.exit())
}
