import type { IncomingMessage } from 'node:http'
import { ApiError } from './api.js'

/** Some tens of thousands of prefixes; a larger set belongs in the file. */
export const MAX_BODY_OCTETS = 1024 * 1024

/**
 * The JSON that a request carries; an absent body reads as an empty object.
 *
 * @throws ApiError 413 when it is too long, 400 when it is not a JSON object.
 */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Uint8Array[] = []
  let octets = 0
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    octets += chunk.length
    // The rest is read and dropped: a client that is still writing would not see the answer.
    if (octets <= MAX_BODY_OCTETS) chunks.push(chunk)
  }
  if (octets > MAX_BODY_OCTETS) {
    throw new ApiError(
      413,
      `the body has ${octets} octets, and at most ${MAX_BODY_OCTETS} are read; send less at once`,
    )
  }
  const text = Buffer.concat(chunks).toString('utf8')
  if (text.trim() === '') return {}
  try {
    return JSON.parse(text)
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error)
    throw new ApiError(
      400,
      `the body is not JSON: ${because}; send an object such as {"prefixes":["192.0.2.1/32"]}`,
    )
  }
}
