import { type Community, parseCommunity } from '../../bgp/community.js'
import type { SessionSettings } from '../../bgp/peer-settings.js'
import { announceable } from '../../config/announceable.js'
import { type Announcement, RUN_TIME } from '../../config/settings.js'
import { parseIp } from '../../net/ip.js'
import { hostPrefix, type Prefix, parsePrefix } from '../../net/prefix.js'
import { has } from '../../net/prefix-set.js'
import { ok, type Result } from '../../net/result.js'
import { isVia, type RunTimeRoute, runTimePath } from '../announcements/run-time.js'
import type { RunTimeChange } from '../announcements/run-time-source.js'
import { type AnnounceReport, type AnnounceRequest, ApiError, type UnchangedPrefix } from '../control/api.js'
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
  if (changed.length > 0) daemon.tell({ kind: 'announced', text: changed.join(' ') })
  return { changed, unchanged: [...inFile, ...all(unchanged, 'announced so already')] }
}

/** `herald withdraw`: takes that back. @throws ApiError 400, 500 */
export function withdraw(daemon: Daemon, texts: readonly string[]): AnnounceReport {
  const read = texts.map(readPrefix)
  const problems = read.flatMap((result) => (result.ok ? [] : [result.because]))
  if (problems.length > 0) throw new ApiError(400, 'nothing was withdrawn', problems)
  const prefixes = read.flatMap((result) => (result.ok ? [result.value] : []))
  const { changed, unchanged } = orFail(daemon.runTime.withdraw([...new Set(prefixes)]))
  if (changed.length > 0) daemon.tell({ kind: 'withdrawn', text: changed.join(' ') })
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

/** A prefix, or an address as its host route. */
export function readPrefix(text: string): Result<Prefix> {
  if (text.includes('/')) return parsePrefix(text)
  const ip = parseIp(text)
  return ip.ok ? ok(hostPrefix(ip.value)) : ip
}

/** What is asked for; every mistake in it is found. @throws ApiError 400 */
function routesOf(daemon: Daemon, request: AnnounceRequest): readonly RunTimeRoute[] {
  const { via = [], peers: named, communities: texts = [], ephemeral = false } = request
  const problems = [...wayProblems(daemon, via)]
  const asked = problems.length === 0 ? via.filter(isVia) : undefined
  const take = <T>(result: Result<T>): readonly T[] => {
    if (result.ok) return [result.value]
    problems.push(result.because)
    return []
  }
  const communities: readonly Community[] = texts.map(parseCommunity).flatMap(take)
  const peers = named?.map((name) => peerCalled(daemon, name)).flatMap(take)
  const prefixes = request.prefixes.map(readPrefix).flatMap(take).map(announceable).flatMap(take)
  const path = runTimePath(communities, request)
  const routes = [...new Set(prefixes)].flatMap((prefix) => {
    const ways = asked === undefined ? [] : take(waysFor(daemon, asked, prefix))
    return ways.map((via) => ({ prefix, via, path, ephemeral, ...(peers && { peers }) }))
  })
  problems.push(...lanProblems(daemon, routes))
  if (problems.length > 0) throw new ApiError(400, 'nothing was announced', problems)
  return routes
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
function countingInFile({ settings, speaker, health }: Daemon, route: RunTimeRoute): string | undefined {
  const { prefix } = route
  const passing = settings.announcements.filter(({ name }) => health.heldBackBy(name) === undefined)
  const byBgp = passing.filter(({ via, prefixes }) => via.includes('bgp') && has(prefixes, prefix))
  const onLan = passing.filter(({ l2 }) => l2 !== undefined && has(l2.addresses, prefix))
  if (route.via.includes('l2') && onLan.length === 0) return undefined
  if (!route.via.includes('bgp')) return onLan[0]?.name
  const everyone: readonly Listener[] = [
    ...speaker.peers.map((peer) => peer.settings),
    ...(settings.bgp?.dynamicPeers ?? []),
  ]
  const listening = everyone.filter((peer) => hears(peer, { name: RUN_TIME, ...route }))
  const served = listening.every((peer) => byBgp.some((announcement) => hears(peer, announcement)))
  return served ? byBgp[0]?.name : undefined
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
function orFail(result: Result<RunTimeChange>): RunTimeChange {
  if (!result.ok) throw new ApiError(500, result.because)
  return result.value
}
