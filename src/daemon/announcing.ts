import { type Community, parseCommunity } from '../../bgp/community.js'
import type { SessionSettings } from '../../bgp/peer-settings.js'
import { announceable } from '../../config/announceable.js'
import { parsePrefixOrAddress as readPrefix } from '../../config/prefix-lines.js'
import { type Announcement, RUN_TIME } from '../../config/settings.js'
import type { Prefix } from '../../net/prefix.js'
import { has, type PrefixSet, sizeOf, subtracting, uniting } from '../../net/prefix-set.js'
import { ok, type Result } from '../../net/result.js'
import type { Steps } from '../../net/steps.js'
import { isVia, type RunTimeRoute, type RunTimeTerms, runTimePath } from '../announcements/run-time.js'
import type {
  AnnounceReport,
  AnnounceRequest,
  AnnounceTerms,
  BulkReport,
  UnchangedPrefix,
} from '../control/api/announce.js'
import { ApiError } from '../control/api/answer.js'
import type { Daemon } from './daemon.js'
import { lanProblems, wayProblems, waysFor } from './run-time-ways.js'

type Unchanged = AnnounceReport['unchanged']

/** `herald announce`: all of it, or nothing. @throws ApiError 400, 500 */
export function announce(daemon: Daemon, request: AnnounceRequest): AnnounceReport {
  const routes = routesOf(daemon, request)
  const inFile = routes.flatMap((route): Unchanged => {
    const name = countingInFile(daemon, route)
    const because = `'${name}' of the file announces it already, and the file counts first`
    return name === undefined ? [] : [{ prefix: route.prefix, because, inFile: name }]
  })
  const wanted = routes.filter(({ prefix }) => !inFile.some((each) => each.prefix === prefix))
  const { changed, unchanged } = orFail(daemon.runTime.announce(wanted))
  if (changed.length > 0) daemon.tell({ kind: 'announced', text: listed(changed) })
  return { changed, unchanged: [...inFile, ...all(unchanged, 'announced so already')] }
}

/** `herald withdraw`: takes that back. @throws ApiError 400, 500 */
export function withdraw(daemon: Daemon, texts: readonly string[]): AnnounceReport {
  const read = texts.map(readPrefix)
  const problems = read.flatMap((result) => (result.ok ? [] : [result.because]))
  if (problems.length > 0) throw new ApiError(400, 'nothing was withdrawn', problems)
  const prefixes = read.flatMap((result) => (result.ok ? [result.value] : []))
  const { changed, unchanged } = orFail(daemon.runTime.withdraw([...new Set(prefixes)]))
  if (changed.length > 0) daemon.tell({ kind: 'withdrawn', text: listed(changed) })
  return { changed, unchanged: unchanged.map((prefix) => notOurs(daemon, prefix)) }
}

/** Why there is nothing to take back. */
function notOurs({ settings }: Daemon, prefix: Prefix): UnchangedPrefix {
  const inFile = settings.announcements.find(
    ({ prefixes, l2 }) => has(prefixes, prefix) || (l2 && has(l2.addresses, prefix)),
  )?.name
  if (inFile === undefined) return { prefix, because: 'nobody announces it' }
  return {
    prefix,
    because: `'${inFile}' of the file announces it: take it out there, then herald reload`,
    inFile,
  }
}

/** As `announce`, for very many. @throws ApiError 400, 500 */
export async function announceLines(
  daemon: Daemon,
  request: AnnounceTerms,
  lines: PrefixSet,
): Promise<BulkReport> {
  const terms = termsOf(daemon, request)
  const wanted = await daemon.inTurns(withoutFile(daemon, terms, lines))
  const { changed, unchanged } = orFail(await daemon.runTime.announceAll(wanted, terms))
  if (changed > 0) daemon.tell({ kind: 'announced', text: many(changed) })
  return { changed, unchanged: unchanged + sizeOf(lines) - sizeOf(wanted) }
}

/** As `withdraw`, for very many. @throws ApiError 500 */
export async function withdrawLines(daemon: Daemon, lines: PrefixSet): Promise<BulkReport> {
  const { changed, unchanged } = orFail(await daemon.runTime.withdrawAll(lines))
  if (changed > 0) daemon.tell({ kind: 'withdrawn', text: many(changed) })
  return { changed, unchanged }
}

/** For the log and for who follows: a thousand prefixes are no line that anybody reads. */
const MOST_LISTED = 20

function listed(changed: readonly Prefix[]): string {
  return changed.length > MOST_LISTED ? many(changed.length) : changed.join(' ')
}

function many(count: number): string {
  return count === 1 ? '1 prefix' : `${count} prefixes`
}

/** What is asked for; every mistake in it is found. @throws ApiError 400 */
function routesOf(daemon: Daemon, request: AnnounceRequest): readonly RunTimeRoute[] {
  const { via = [] } = request
  const problems = [...wayProblems(daemon, via)]
  const asked = problems.length === 0 ? via.filter(isVia) : undefined
  const take = taking(problems)
  const terms = readTerms(daemon, request, problems)
  const prefixes = request.prefixes.map(readPrefix).flatMap(take).map(announceable).flatMap(take)
  const routes = [...new Set(prefixes)].flatMap((prefix) => {
    const ways = asked === undefined ? [] : take(waysFor(daemon, asked, prefix))
    return ways.map((via) => ({ prefix, via, ...terms }))
  })
  problems.push(...lanProblems(daemon, routes))
  if (problems.length > 0) throw new ApiError(400, 'nothing was announced', problems)
  return routes
}

/** Of very many, which go by BGP alone. @throws ApiError 400 */
function termsOf(daemon: Daemon, request: AnnounceTerms): RunTimeTerms {
  const { via = [] } = request
  const problems = [...wayProblems(daemon, via.length === 0 ? ['bgp'] : via)]
  if (via.includes('l2'))
    problems.push('lines of prefixes go by bgp alone; name those for the LAN one by one')
  const terms = readTerms(daemon, request, problems)
  if (problems.length > 0) throw new ApiError(400, 'nothing was announced', problems)
  return { via: ['bgp'], ...terms }
}

/** @param problems gets what is wrong with them */
function readTerms(daemon: Daemon, request: AnnounceTerms, problems: string[]): Omit<RunTimeTerms, 'via'> {
  const { peers: named, communities: texts = [], ephemeral = false } = request
  const take = taking(problems)
  const communities: readonly Community[] = texts.map(parseCommunity).flatMap(take)
  const peers = named?.map((name) => peerCalled(daemon, name)).flatMap(take)
  return { path: runTimePath(communities, request), ephemeral, ...(peers && { peers }) }
}

/** Takes what is right, and notes what is wrong with the rest. */
function taking(problems: string[]): <T>(result: Result<T>) => readonly T[] {
  return (result) => {
    if (result.ok) return [result.value]
    problems.push(result.because)
    return []
  }
}

/** The name of a peer that may be called by its address, and will hear of it. */
function peerCalled(daemon: Daemon, text: string): Result<string> {
  const settings = daemon.speaker.find(text)?.settings
  if (settings === undefined) return { ok: false, because: `no peer '${text}' is configured` }
  const { name, advertise } = settings
  if (advertise === undefined || advertise.includes(RUN_TIME)) return ok(name)
  const because = `${name} never hears of it, its advertise leaves ${RUN_TIME} out; add it there`
  return { ok: false, because }
}

/**
 * The announcement of the file beside which this route would change nothing: everyone who would hear of it has the
 * prefix from the file, and the LAN its address.
 */
function countingInFile(daemon: Daemon, route: RunTimeRoute): string | undefined {
  const { prefix } = route
  const onLan = passing(daemon).filter(({ l2 }) => l2 !== undefined && has(l2.addresses, prefix))
  if (route.via.includes('l2') && onLan.length === 0) return undefined
  if (!route.via.includes('bgp')) return onLan[0]?.name
  const byBgp = announcedByFile(daemon).filter(({ prefixes }) => has(prefixes, prefix))
  const served = listeningTo(daemon, route).every((peer) =>
    byBgp.some((announcement) => hears(peer, announcement)),
  )
  return served ? byBgp[0]?.name : undefined
}

/** Those beside which these terms would change something, as far as one announcement of the file alone sees to that. */
function* withoutFile(daemon: Daemon, terms: RunTimeTerms, lines: PrefixSet): Steps<PrefixSet> {
  const listening = listeningTo(daemon, terms)
  const serving = announcedByFile(daemon).filter((announcement) =>
    listening.every((peer) => hears(peer, announcement)),
  )
  return yield* subtracting(lines, yield* uniting(serving.map(({ prefixes }) => prefixes)))
}

function announcedByFile(daemon: Daemon): readonly Announcement[] {
  return passing(daemon).filter(({ via }) => via.includes('bgp'))
}

/** Announcements of the file that no health check holds back. */
function passing({ settings, health }: Daemon): readonly Announcement[] {
  return settings.announcements.filter(({ name }) => health.heldBackBy(name) === undefined)
}

function listeningTo({ settings, speaker }: Daemon, terms: RunTimeTerms): readonly Listener[] {
  const everyone: readonly Listener[] = [
    ...speaker.peers.map((peer) => peer.settings),
    ...(settings.bgp?.dynamicPeers ?? []),
  ]
  return everyone.filter((peer) => hears(peer, { name: RUN_TIME, ...terms }))
}

type Listener = Pick<SessionSettings, 'advertise'> & { readonly name?: string }

/** The gates that names make: the peer's list of announcements, and the announcement's list of peers. */
function hears({ name, advertise }: Listener, announcement: Pick<Announcement, 'name' | 'peers'>): boolean {
  const { peers } = announcement
  if (advertise !== undefined && !advertise.includes(announcement.name)) return false
  return peers === undefined || (name !== undefined && peers.includes(name))
}

function all(prefixes: readonly Prefix[], because: string): Unchanged {
  return prefixes.map((prefix) => ({ prefix, because }))
}

/** @throws ApiError 500: it could not be written down */
function orFail<Value>(result: Result<Value>): Value {
  if (!result.ok) throw new ApiError(500, result.because)
  return result.value
}
