import { type IncomingHttpHeaders, request } from 'node:http'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: unknown
}

/** One request as any script would send it; a string goes out as it is, anything else as JSON. */
export function exchange(socketPath: string, method: string, path: string, body?: unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, method, path, agent: false }, async (response) => {
      let text = ''
      for await (const chunk of response) text += chunk
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: JSON.parse(text) })
    })
    call.once('error', reject)
    call.end(body === undefined || typeof body === 'string' ? body : JSON.stringify(body))
  })
}
