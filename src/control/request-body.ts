import type { IncomingMessage } from 'node:http'
import { type LineRules, PrefixLines } from '../../config/prefix-lines.js'
import type { PrefixSet } from '../../net/prefix-set.js'
import { finishInTurns } from '../../net/steps.js'
import { ApiError } from './api/answer.js'
import { turn } from './turn.js'

/** Some tens of thousands of prefixes; more than that come as lines. */
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

/** Several million prefixes. They are read as they come, so that none of these octets is kept. */
export const MAX_LINES_OCTETS = 256 * 1024 * 1024

/**
 * The prefixes that a request carries, one a line.
 *
 * @param nothing why nothing comes of wrong lines, in words
 * @throws ApiError 413 when it is too long, 400 with every wrong line by its number, up to a limit.
 */
export async function readLines(
  request: IncomingMessage,
  rules: LineRules,
  nothing: string,
): Promise<PrefixSet> {
  const lines = new PrefixLines(rules)
  let octets = 0
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    octets += chunk.length
    // The rest is read and dropped, as of a body that is too long.
    if (octets <= MAX_LINES_OCTETS) lines.push(chunk)
    // What has come already is handed over without a turn of the event loop in between.
    await turn()
  }
  if (octets > MAX_LINES_OCTETS) {
    throw new ApiError(
      413,
      `${nothing}: the body has ${octets} octets, and at most ${MAX_LINES_OCTETS} are read`,
    )
  }
  const { prefixes, problems, wrong } = await finishInTurns(lines.ending(), turn)
  if (wrong === 0) return prefixes
  const told = problems.map(({ line, message }) => `line ${line}: ${message}`)
  const more = wrong - told.length
  throw new ApiError(400, nothing, more === 0 ? told : [...told, `and ${more} more`])
}
