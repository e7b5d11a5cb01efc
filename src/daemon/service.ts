import { formatIdentifier } from '../../bgp/identifier.js'
import { parsePrefixOrAddress } from '../../config/prefix-lines.js'
import { didYouMean } from '../../net/did-you-mean.js'
import { formatEndpoint } from '../../net/endpoint.js'
import { parseIp } from '../../net/ip.js'
import { addressOf } from '../../net/prefix.js'
import { ApiError } from '../control/api/answer.js'
import type { ResetReport } from '../control/api/service.js'
import type { StatusReport } from '../control/api/status.js'
import type { ControlService } from '../control/service.js'
import { explain } from '../explain/explain.js'
import type { PeerDriver } from '../speaker/peer-driver.js'
import { announce, announceLines, withdraw, withdrawLines } from './announcing.js'
import type { Daemon } from './daemon.js'
import { healthReports, healthSummary } from './health-report.js'
import { withHeldBack } from './held-back-routes.js'
import { l2Addresses, l2Askers, l2Summary } from './l2-report.js'
import { wantedOnLan } from './lan-views.js'
import { peerDetail, peerReport } from './peer-report.js'
import type { Reloader } from './reload.js'
import { listingAdvertised, listingAvailable, listingReceived } from './routes-report.js'

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
    peer: (name) => {
      const driver = find(daemon, name)
      return peerDetail(node(), driver, daemon.doctor.hints(driver))
    },
    routesAvailable: (limit) =>
      daemon.inTurns(withHeldBack(listingAvailable(daemon.locRib, limit), daemon.health, limit)),
    routesAdvertised: async (name, limit) =>
      daemon.inTurns(listingAdvertised(daemon.locRib, chosen(name), limit)),
    routesReceived: async (name, limit) => daemon.inTurns(listingReceived(chosen(name), limit)),
    health: () => healthReports(daemon.health),
    l2: () => l2Addresses(daemon),
    l2Askers: (address) => l2Askers(daemon, address),
    announce: async (request) => {
      await daemon.runTime.idle()
      return announce(daemon, request)
    },
    withdraw: async ({ prefixes }) => {
      await daemon.runTime.idle()
      return withdraw(daemon, prefixes)
    },
    announceLines: (terms, lines) => announceLines(daemon, terms, lines),
    withdrawLines: (lines) => withdrawLines(daemon, lines),
    reload: (request) => reloader.reload(request),
    drain: (request) => daemon.drain.request(request),
    decommission: () => daemon.decommission(),
    doctor: async (name) => {
      const peers = chosen(name)
      const { settings, drain } = daemon
      const inService = name === undefined && drain.state === 'in-service'
      const wanted = inService ? wantedOnLan(daemon, await daemon.lanViews()) : []
      return daemon.doctor.report(peers, { settings, service: drain.state, wanted })
    },
    explain: async (text, name) => {
      const prefix = parsePrefixOrAddress(text)
      if (!prefix.ok) throw new ApiError(400, prefix.because)
      const lan = (await daemon.lanViews())(addressOf(prefix.value))
      const asked = { peers: chosen(name), named: name !== undefined }
      return explain(prefix.value, asked, { ...(await daemon.holdings()), ...(lan && { lan }) })
    },
    reset: (name, { soft }) => {
      const driver = find(daemon, name)
      const peer = driver.settings.name
      if (!soft) return reset(driver)
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
  const health = healthSummary(daemon.health)
  const l2 = l2Summary(daemon)
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
        peersEstablished: peers.filter(({ session, dynamic }) => session && !dynamic).length,
        dynamicPeers: peers.filter(({ dynamic }) => dynamic).length,
      },
    }),
    ...(l2 && { l2 }),
    service: daemon.drain.state,
    announcements: {
      configured: settings.announcements.length,
      runTime: daemon.runTime.size,
      prefixes: daemon.locRib.size,
    },
    ...(health && { health }),
    ...(reloader.last && { lastReload: reloader.last }),
  }
}

/** @throws ApiError 409 where nothing of it would begin anew */
function reset(driver: PeerDriver): ResetReport {
  const { session, stopped, heldDown, settings } = driver
  const { name: peer } = settings
  if (stopped !== undefined && stopped.why !== 'maximum-prefixes') {
    throw new ApiError(409, `${peer} has no session to reset, and is held down: ${heldDown}`)
  }
  driver.reset({ why: 'administrative-reset', communication: 'reset by the operator' })
  if (session !== undefined) return { peer, text: 'the session is reset (Cease/Administrative Reset)' }
  const next = settings.passive ? 'this side waits for its call (passive)' : 'it is tried again at once'
  return { peer, text: `there is no session to reset; ${next}` }
}

/** @throws ApiError 404 */
function find(daemon: Daemon, name: string): PeerDriver {
  const ip = parseIp(name)
  const driver = daemon.speaker.find(name) ?? (ip.ok ? daemon.speaker.find(ip.value) : undefined)
  if (driver !== undefined) return driver
  const names = daemon.speaker.peers.map(({ settings }) => settings.name)
  const guess = didYouMean(name, names)
  const known = names.length === 0 ? 'none is configured' : `there are ${names.join(', ')}`
  throw new ApiError(404, `no peer '${name}'; ${guess === undefined ? known : `did you mean ${guess}?`}`)
}
