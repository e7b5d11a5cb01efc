import { z } from 'zod'
import { didYouMean } from '../../net/did-you-mean.js'
import type { AnnounceRequest, AnnounceTerms, WithdrawRequest } from './api/announce.js'
import { ApiError, MAX_WAIT_SECONDS } from './api/answer.js'
import type { ReloadRequest } from './api/reload.js'
import type { DrainRequest, ResetRequest } from './api/service.js'

/** The shape of request bodies. What the words mean (prefixes, communities, peers) is the daemon's to judge. */

const word = z.string().min(1)
const words = z.array(word)
const flag = z.boolean()

const terms = {
  via: words.min(1).exactOptional(),
  communities: words.exactOptional(),
  localPreference: z.int().min(0).max(0xffffffff).exactOptional(),
  med: z.int().min(0).max(0xffffffff).exactOptional(),
  peers: words.min(1).exactOptional(),
  ephemeral: flag.exactOptional(),
}

const announceRequest: z.ZodType<AnnounceRequest> = z.strictObject({ prefixes: words.min(1), ...terms })

const announceTerms: z.ZodType<AnnounceTerms> = z.strictObject(terms)

const withdrawRequest: z.ZodType<WithdrawRequest> = z.strictObject({ prefixes: words.min(1) })

const reloadRequest: z.ZodType<ReloadRequest> = z.strictObject({
  dryRun: flag.exactOptional(),
  refuseReset: flag.exactOptional(),
  confirmWithinSeconds: z.int().min(1).max(MAX_WAIT_SECONDS).exactOptional(),
  confirm: flag.exactOptional(),
})

const resetRequest: z.ZodType<ResetRequest> = z.strictObject({ soft: flag.exactOptional() })

const drainRequest: z.ZodType<DrainRequest> = z.strictObject({
  undo: flag.exactOptional(),
  waitSeconds: z.int().min(0).max(MAX_WAIT_SECONDS).exactOptional(),
})

/** For what has nothing to be told. */
const nothing: z.ZodType<Readonly<Record<string, never>>> = z.strictObject({})

export const parseAnnounce = parser(announceRequest)
export const parseAnnounceTerms = parser(announceTerms)
export const parseWithdraw = parser(withdrawRequest)
export const parseReload = parser(reloadRequest)
export const parseReset = parser(resetRequest)
export const parseDrain = parser(drainRequest)
export const parseNothing = parser(nothing)

/** @throws ApiError 400 that lists everything wrong with the body, each with its key. */
export type ParseBody<T> = (body: unknown) => T

function parser<T>(schema: z.ZodType<T>): ParseBody<T> {
  return (body) => {
    const result = schema.safeParse(body)
    if (result.success) return result.data
    const problems = result.error.issues.flatMap((issue) => inWords(issue, keysOf(schema)))
    throw new ApiError(400, problems.join('; '), problems.length > 1 ? problems : [])
  }
}

function inWords(issue: z.core.$ZodIssue, keys: readonly string[]): readonly string[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, keys))
  const place = issue.path.length === 0 ? 'the body' : issue.path.join('.')
  return [`${place}: ${wording(issue.message)}`]
}

/** zod's 'Invalid input: expected array, received undefined' as the end of a line of ours. */
function wording(message: string): string {
  const text = message.replace(/^Invalid input: /, '').replace('received undefined', 'and it is missing')
  return text.charAt(0).toLowerCase() + text.slice(1)
}

function unknownKey(key: string, keys: readonly string[]): string {
  const near = didYouMean(key, keys)
  return `${key}: unknown key; ${near === undefined ? `known are ${keys.join(', ')}` : `did you mean '${near}'?`}`
}

function keysOf(schema: z.ZodType): readonly string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : []
}
