import type { Asn } from '../bgp/asn.js'
import { families as allFamilies, type Family } from '../bgp/family.js'
import { type HoldTime, holdTime } from '../bgp/hold-time.js'
import type {
  GracefulRestartSettings,
  NextHopSettings,
  RemoteAs,
  SessionSettings,
} from '../bgp/peer-settings.js'
import { type Ip, isIpv4 } from '../net/ip.js'
import type { Secret } from '../net/secret.js'
import type { Context } from './context.js'
import { type Inherited, inherit } from './inherit.js'
import { reportEmpty, reportRepeats } from './lists.js'
import type { FilePeerDefaults } from './peer-schema.js'
import type { Path } from './problem.js'

/** What a session inherits from, besides its own keys. */
export interface SessionScope {
  readonly context: Context
  /** Absent when the file has none that can be used. */
  readonly asn: Asn | undefined
  readonly defaults: FilePeerDefaults
}

export const DEFAULT_PORT = 179
export const DEFAULT_CONNECT_RETRY_TIME_SECONDS = 5
const DEFAULT_HOLD_TIME = holdTime(90) as HoldTime
/** No router decrements the TTL of a session on one wire; iBGP may cross the network. */
const EXTERNAL_TTL = 1
const INTERNAL_TTL = 64
/** RFC 5082 §3: what the other side can check is that it has not been decremented. */
const GTSM_TTL = 255

/**
 * Fills in everything that the file leaves out and holds the keys of a peer against each other.
 * @returns undefined when a key without which nothing can be said is missing; that is reported, like every mistake.
 */
export function resolveSession(
  peer: FilePeerDefaults,
  path: Path,
  address: Ip | undefined,
  { context, asn, defaults }: SessionScope,
): SessionSettings | undefined {
  const inherited = inherit(peer, path, defaults)
  const { keys } = inherited
  const remoteAs = resolveRemoteAs(inherited, context)
  const localAs = keys.localAsn ?? asn
  const timers = resolveTimers(inherited, context)
  const key = resolvePassword(inherited, context)
  checkLocalAddress(inherited, address, context)
  const nextHop = resolveNextHop(inherited, address, context)
  const families = resolveFamilies(inherited, context)
  if (keys.advertise !== undefined) reportRepeats(keys.advertise, inherited.path('advertise'), context)
  if (keys.allowedPrefixes !== undefined) {
    const remedy = 'is empty, which lets nothing through; write prefixes, or leave it out'
    reportEmpty(keys.allowedPrefixes, inherited.path('allowedPrefixes'), context, remedy)
    reportRepeats(keys.allowedPrefixes, inherited.path('allowedPrefixes'), context)
  }
  const internal = remoteAs === 'internal' || (remoteAs !== undefined && remoteAs === localAs)
  const distance = resolveDistance(inherited, internal, context)
  if (remoteAs === undefined || localAs === undefined) return undefined
  return {
    ...(keys.interface !== undefined && { interface: keys.interface }),
    remoteAs,
    localAs,
    port: keys.port ?? DEFAULT_PORT,
    ...(keys.localAddress !== undefined && { localAddress: keys.localAddress }),
    ...(key !== undefined && { password: key }),
    ...distance,
    passive: keys.passive ?? false,
    ...timers,
    connectRetryTimeSeconds: keys.connectRetryTime ?? DEFAULT_CONNECT_RETRY_TIME_SECONDS,
    families,
    gracefulRestart: resolveGracefulRestart(inherited, context),
    nextHop,
    ...(keys.maxPrefixes !== undefined && { maxPrefixes: keys.maxPrefixes }),
    ...(keys.advertise !== undefined && { advertise: keys.advertise }),
    ...(keys.allowedPrefixes !== undefined && { allowedPrefixes: keys.allowedPrefixes }),
    ...(keys.maxAdvertisedPrefixes !== undefined && { maxAdvertisedPrefixes: keys.maxAdvertisedPrefixes }),
  }
}

function resolveRemoteAs({ keys, path }: Inherited, { report, lost }: Context): RemoteAs | undefined {
  const { asn } = keys
  if (asn === undefined && !lost(path('asn')) && !lost(['bgp', 'peerDefaults', 'asn'])) {
    report(path('asn'), "is missing; write the peer's AS number, external or internal")
  }
  return asn
}

function resolveTimers(inherited: Inherited, context: Context) {
  const { keys, path } = inherited
  const { report, lost } = context
  const hold = keys.holdTime ?? DEFAULT_HOLD_TIME
  const keepalive = keys.keepaliveTime ?? Math.floor(hold / 3)
  const known = !lost(path('holdTime')) && !lost(path('keepaliveTime'))
  if (known && hold === 0 && keepalive !== 0) {
    report(path('keepaliveTime'), 'is not used with holdTime 0s, which means no KEEPALIVEs at all; remove it')
  } else if (known && hold > 0 && keepalive === 0) {
    report(
      path('keepaliveTime'),
      `is 0s, but the hold time is ${hold}s; write ${Math.floor(hold / 3)}s, or holdTime: 0s`,
    )
  } else if (known && hold > 0 && keepalive >= hold) {
    report(
      path('keepaliveTime'),
      `${keepalive}s is not shorter than the hold time of ${hold}s; write ${Math.floor(hold / 3)}s, a third of it`,
    )
  }
  checkSendHoldTime(inherited, hold, context)
  return {
    holdTime: hold,
    keepaliveTimeSeconds: keepalive,
    ...(keys.sendHoldTime !== undefined && { sendHoldTimeSeconds: keys.sendHoldTime }),
  }
}

/** RFC 9687 §3.1: a peer that reads slowly gets more time than one that says nothing. */
function checkSendHoldTime(
  { keys: { sendHoldTime }, path }: Inherited,
  hold: HoldTime,
  { report, lost }: Context,
): void {
  if (sendHoldTime === undefined || lost(path('holdTime'))) return
  if (hold === 0) {
    report(path('sendHoldTime'), 'is not used with holdTime 0s, which means no KEEPALIVEs at all; remove it')
  } else if (sendHoldTime <= hold) {
    report(
      path('sendHoldTime'),
      `${sendHoldTime}s is not longer than the hold time of ${hold}s; write ${2 * hold}s, twice that`,
    )
  }
}

function resolveGracefulRestart(
  { keys, path }: Inherited,
  { report, lost }: Context,
): GracefulRestartSettings {
  const { enabled = false, restartTime = 120, longLivedStaleTime = 0 } = keys.gracefulRestart ?? {}
  const at = (key: string) => [...path('gracefulRestart'), key]
  if (enabled && restartTime === 0 && longLivedStaleTime === 0 && !lost(at('longLivedStaleTime'))) {
    const because =
      'is 0s, which keeps no route; write a time, add longLivedStaleTime, or write enabled: false'
    report(at('restartTime'), because)
  }
  return {
    enabled,
    restartTimeSeconds: restartTime,
    ...(longLivedStaleTime > 0 && { longLivedStaleTimeSeconds: longLivedStaleTime }),
  }
}

function resolvePassword(
  { keys, path }: Inherited,
  { report, readSecret, ownSecret }: Context,
): Secret | undefined {
  if (keys.password !== undefined && keys.passwordFile !== undefined) {
    report(path('password'), 'stands beside passwordFile; keep one of them')
  }
  if (keys.passwordFile !== undefined) {
    const read = readSecret(keys.passwordFile)
    if (read.ok) return read.value
    report(path('passwordFile'), read.because)
  }
  if (keys.password === undefined) return undefined
  const given = ownSecret(keys.password)
  if (given.ok) return given.value
  report(path('password'), given.because)
  return undefined
}

function checkLocalAddress({ keys, path }: Inherited, peer: Ip | undefined, { report }: Context): void {
  const { localAddress } = keys
  if (localAddress === undefined || peer === undefined) return
  if (isIpv4(localAddress) !== isIpv4(peer)) {
    const version = isIpv4(peer) ? 'IPv4' : 'IPv6'
    report(
      path('localAddress'),
      `${localAddress} cannot reach ${peer}; write an ${version} address of this node`,
    )
  }
}

function resolveNextHop(
  { keys, path }: Inherited,
  peer: Ip | undefined,
  { report }: Context,
): NextHopSettings {
  if (keys.nextHop === undefined || keys.nextHop === 'self') return {}
  const { ipv4, ipv6 } = keys.nextHop
  for (const [family, nextHop] of [
    ['ipv4', ipv4],
    ['ipv6', ipv6],
  ] as const) {
    // RFC 4271 §5.1.3: never the address of the peer itself.
    if (nextHop !== undefined && nextHop === peer) {
      report(
        [...path('nextHop'), family],
        `${nextHop} is the peer itself, which would drop the route; write self`,
      )
    }
  }
  return { ...(ipv4 !== undefined && { ipv4 }), ...(ipv6 !== undefined && { ipv6 }) }
}

function resolveFamilies({ keys, path }: Inherited, context: Context): readonly Family[] {
  if (keys.families === undefined) return allFamilies
  const remedy = `is empty; write ${allFamilies.join(' or ')}, or leave it out for both`
  reportEmpty(keys.families, path('families'), context, remedy)
  reportRepeats(keys.families, path('families'), context)
  return keys.families
}

function resolveDistance({ keys, own, path }: Inherited, internal: boolean, { report }: Context) {
  const { ebgpMultihop, ttlSecurity } = keys
  if (ebgpMultihop !== undefined && ttlSecurity !== undefined && ttlSecurity !== false) {
    report(
      path('ebgpMultihop'),
      `excludes ttlSecurity; keep ttlSecurity: ${Math.min(ebgpMultihop, 254)} to allow that many hops and check them`,
    )
  }
  // From peerDefaults it is meant for the external peers among all.
  if (ebgpMultihop !== undefined && internal && own('ebgpMultihop')) {
    report(
      path('ebgpMultihop'),
      'is for external peers, and this one is internal, without a limit; remove it',
    )
  }
  if (ttlSecurity !== undefined && ttlSecurity !== false) {
    return { ttl: GTSM_TTL, ttlSecurityHops: ttlSecurity }
  }
  return { ttl: internal ? INTERNAL_TTL : (ebgpMultihop ?? EXTERNAL_TTL) }
}

/** `ebgpMultihop` as the file has it: absent where it says nothing, or another key says the TTL. */
export function givenMultihop({
  ttl,
  ttlSecurityHops,
  remoteAs,
  localAs,
}: SessionSettings): number | undefined {
  const internal = remoteAs === 'internal' || remoteAs === localAs
  return internal || ttlSecurityHops !== undefined || ttl === EXTERNAL_TTL ? undefined : ttl
}
