import { parseCommunity } from '../../bgp/community.js'
import { formatIdentifier } from '../../bgp/identifier.js'
import type { Path } from '../../bgp/path.js'
import { announceable } from '../../config/announceable.js'
import { didYouMean } from '../../net/did-you-mean.js'
import { formatEndpoint } from '../../net/endpoint.js'
import { parseIp } from '../../net/ip.js'
import { hostPrefix, type Prefix, parsePrefix } from '../../net/prefix.js'
import type { Result } from '../../net/result.js'
import type { RunTimeRoute } from '../announcements/run-time.js'
import { type AnnounceReport, type AnnounceRequest, ApiError, type StatusReport } from '../control/api.js'
import type { ControlService } from '../control/service.js'
import { explain } from '../explain/explain.js'
import type { PeerDriver } from '../speaker/peer-driver.js'
import type { Daemon } from './daemon.js'
import { peerDetail, peerReport } from './peer-report.js'
import type { Reloader } from './reload.js'
import { advertisedRoutes, availableRoutes, receivedRoutes } from './routes-report.js'

/** The daemon as its API shows it. */
export function controlService(
  daemon: Daemon,
  reloader: Reloader,
  about: {
    readonly version: string
    readonly configFile: string
    readonly startedAt: string
    uptimeSeconds(): number
  },
): ControlService {
  const { speaker } = daemon
  const node = () => daemon.settings.node
  const chosen = (name: string | undefined) => (name === undefined ? speaker.peers : [find(daemon, name)])
  return {
    status: () => status(daemon, reloader, about),
    peers: () => speaker.peers.map((peer) => peerReport(node(), peer)),
    peer: (name) => peerDetail(node(), find(daemon, name), daemon.md5Drops),
    routesAvailable: (limit) => availableRoutes(daemon.locRib, limit),
    routesAdvertised: (name, limit) => advertisedRoutes(daemon.locRib, chosen(name), limit),
    routesReceived: (name, limit) => receivedRoutes(chosen(name), limit),
    announce: async (request) => announce(daemon, request),
    withdraw: async ({ prefixes }) => withdraw(daemon, prefixes),
    reload: async (request) => reloader.reload(request),
    drain: (request) => daemon.drain.request(request),
    explain: (text, name) => {
      const prefix = readPrefix(text)
      if (!prefix.ok) throw new ApiError(400, prefix.because)
      return explain(prefix.value, chosen(name), daemon.holdings)
    },
    reset: (name, { soft }) => {
      const driver = find(daemon, name)
      const peer = driver.settings.name
      if (!soft) {
        driver.reset({ why: 'administrative-reset', communication: 'reset by the operator' })
        return { peer, text: 'the session is reset (Cease/Administrative Reset)' }
      }
      const { session } = driver
      if (session === undefined)
        throw new ApiError(409, `${peer} is not established; there is nothing to send again`)
      for (const family of session.negotiated.families) session.refresh(family)
      return { peer, text: 'all routes are sent again; the session stays' }
    },
    follow: (listener) => daemon.follow(listener),
  }
}

function status(
  daemon: Daemon,
  reloader: Reloader,
  about: { version: string; configFile: string; startedAt: string; uptimeSeconds(): number },
): StatusReport {
  const { settings, speaker } = daemon
  const { peers, configuration } = speaker
  return {
    node: settings.node,
    version: about.version,
    pid: process.pid,
    startedAt: about.startedAt,
    uptimeSeconds: about.uptimeSeconds(),
    configFile: about.configFile,
    logLevel: settings.log.level,
    ...(settings.bgp && {
      bgp: {
        asn: settings.bgp.asn,
        routerId: formatIdentifier(configuration.speaker.routerId),
        listening: speaker.bound.map(formatEndpoint),
        peersConfigured: settings.bgp.peers.length,
        peersEstablished: peers.filter(({ session }) => session !== undefined).length,
        dynamicPeers: peers.filter(({ dynamic }) => dynamic).length,
      },
    }),
    service: daemon.drain.state,
    announcements: {
      configured: settings.announcements.length,
      runTime: daemon.runTime.size,
      prefixes: daemon.locRib.size,
    },
    ...(reloader.last && { lastReload: reloader.last }),
  }
}

/** @throws ApiError 404 */
function find(daemon: Daemon, name: string): PeerDriver {
  const driver = daemon.speaker.find(name)
  if (driver !== undefined) return driver
  const names = daemon.speaker.peers.map(({ settings }) => settings.name)
  const guess = didYouMean(name, names)
  const known = names.length === 0 ? 'none is configured' : `there are ${names.join(', ')}`
  throw new ApiError(404, `no peer '${name}'; ${guess === undefined ? known : `did you mean ${guess}?`}`)
}

function announce(daemon: Daemon, request: AnnounceRequest): AnnounceReport {
  const problems: string[] = []
  const take = <T>(result: Result<T>): readonly T[] => {
    if (result.ok) return [result.value]
    problems.push(result.because)
    return []
  }
  for (const via of request.via ?? []) {
    if (via === 'l2') problems.push('via l2 is not available yet; leave --via out, or write --via bgp')
    else if (via !== 'bgp') problems.push(`'${via}' is no way to announce; there is bgp`)
  }
  for (const peer of request.peers ?? []) {
    if (daemon.speaker.find(peer) === undefined) problems.push(`no peer '${peer}' is configured`)
  }
  const path: Path = {
    origin: 'igp',
    communities: (request.communities ?? []).map(parseCommunity).flatMap(take),
    asPathPrepend: 0,
    ...(request.localPreference !== undefined && { localPreference: request.localPreference }),
    ...(request.med !== undefined && { med: request.med }),
  }
  // One that the peer calls by its address is meant by its name.
  const peers = request.peers?.map((peer) => daemon.speaker.find(peer)?.settings.name ?? peer)
  const prefixes = request.prefixes.map(readPrefix).flatMap(take)
  const refusals = prefixes.map(announceable).flatMap((result) => (result.ok ? [] : [result.because]))
  problems.push(...refusals)
  if (problems.length > 0) throw new ApiError(400, 'nothing was announced', problems)
  const routes = [...new Set(prefixes)].map(
    (prefix): RunTimeRoute => ({
      prefix,
      path,
      ephemeral: request.ephemeral ?? false,
      ...(peers && { peers }),
    }),
  )
  const { changed, unchanged } = orFail(daemon.runTime.announce(routes))
  if (changed.length > 0) daemon.tell({ kind: 'announced', text: changed.join(' ') })
  return { changed, unchanged: unchanged.map((prefix) => ({ prefix, because: 'announced so already' })) }
}

function withdraw(daemon: Daemon, texts: readonly string[]): AnnounceReport {
  const read = texts.map(readPrefix)
  const problems = read.flatMap((result) => (result.ok ? [] : [result.because]))
  if (problems.length > 0) throw new ApiError(400, 'nothing was withdrawn', problems)
  const prefixes = read.flatMap((result) => (result.ok ? [result.value] : []))
  const { changed, unchanged } = orFail(daemon.runTime.withdraw([...new Set(prefixes)]))
  if (changed.length > 0) daemon.tell({ kind: 'withdrawn', text: changed.join(' ') })
  const inFile = 'was not announced at run time; what the file announces is withdrawn by editing it'
  return { changed, unchanged: unchanged.map((prefix) => ({ prefix, because: inFile })) }
}

/** A prefix, or an address as its host route. */
function readPrefix(text: string): Result<Prefix> {
  if (text.includes('/')) return parsePrefix(text)
  const ip = parseIp(text)
  return ip.ok ? { ok: true, value: hostPrefix(ip.value) } : ip
}

function orFail<T>(result: Result<T>): T {
  if (!result.ok) throw new ApiError(500, result.because)
  return result.value
}
