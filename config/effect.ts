import { formatCommunity } from '../bgp/community.js'
import { type BgpIdentifier, formatIdentifier } from '../bgp/identifier.js'
import type { Path } from '../bgp/path.js'
import type { DynamicPeerSettings, PeerSettings, SessionSettings } from '../bgp/peer-settings.js'
import { formatMs } from '../net/duration.js'
import { type Endpoint, formatEndpoint } from '../net/endpoint.js'
import { formatTarget, type HealthCheck, type Probe } from './health-check.js'
import { formatInterfacePattern } from './interface-pattern.js'
import { givenMultihop } from './session.js'
import type { Announcement, L2Group, L2Settings, L2Share } from './settings.js'

/**
 * What a changed key does to a running daemon: 'soft' takes effect at once and leaves sessions alone, 'next-session'
 * waits for the OPEN of the next session, 'reset' needs a new session now, 'restart' a new process.
 */
export type Effect = 'soft' | 'next-session' | 'reset' | 'restart'

/** How one key of the settings is called in the file, what changing it does, and how a value prints. */
export interface Row<Value, Settings = never> {
  readonly key: string
  readonly effect: Effect
  readonly show: (value: NonNullable<Value>) => string
  /** The value as far as the file gives it, where the settings have more; else the value is what it is. */
  readonly given?: (settings: Settings) => Value | undefined
  /** Live, it silences the session until the other side has the same: the hold timer ends it. */
  readonly takesTwo?: true
}

/** A row for each key, so that a new key does not compile without its effect. */
export type Effects<Settings> = {
  readonly [Key in keyof Settings]-?: Row<Settings[Key], Settings>
}

const session: Effects<SessionSettings> = {
  interface: { key: 'interface', effect: 'reset', show: String },
  remoteAs: { key: 'asn', effect: 'reset', show: String },
  localAs: { key: 'localAsn', effect: 'reset', show: String },
  port: { key: 'port', effect: 'reset', show: String },
  localAddress: { key: 'localAddress', effect: 'reset', show: String },
  // The kernel takes another key, TTL or GTSM bound for a connection that lives.
  password: { key: 'password', effect: 'soft', show: () => '(secret)', takesTwo: true },
  ttl: { key: 'ebgpMultihop', effect: 'soft', show: String, given: givenMultihop, takesTwo: true },
  ttlSecurityHops: { key: 'ttlSecurity', effect: 'soft', show: String, takesTwo: true },
  passive: { key: 'passive', effect: 'next-session', show: String },
  // These are said in the OPEN; the session that stands has settled on what it has.
  holdTime: { key: 'holdTime', effect: 'next-session', show: seconds },
  keepaliveTimeSeconds: { key: 'keepaliveTime', effect: 'next-session', show: seconds },
  sendHoldTimeSeconds: { key: 'sendHoldTime', effect: 'next-session', show: seconds },
  gracefulRestart: {
    key: 'gracefulRestart',
    effect: 'next-session',
    show: ({ enabled, restartTimeSeconds, longLivedStaleTimeSeconds: longLived }) => {
      const restart = enabled ? seconds(restartTimeSeconds) : 'disabled'
      return longLived === undefined ? restart : `${restart}, long-lived ${seconds(longLived)}`
    },
  },
  connectRetryTimeSeconds: { key: 'connectRetryTime', effect: 'soft', show: seconds },
  // Said in the OPEN as well, but routes of a family cannot wait for a session that may be weeks away.
  families: { key: 'families', effect: 'reset', show: list },
  nextHop: {
    key: 'nextHop',
    effect: 'soft',
    show: ({ ipv4, ipv6 }) => list([ipv4, ipv6].filter((address) => address !== undefined)) || 'self',
  },
  maxPrefixes: { key: 'maxPrefixes', effect: 'soft', show: String },
  allowedPrefixes: { key: 'allowedPrefixes', effect: 'soft', show: list },
  maxAdvertisedPrefixes: { key: 'maxAdvertisedPrefixes', effect: 'soft', show: String },
  advertise: { key: 'advertise', effect: 'soft', show: (names) => list(names) || 'nothing' },
}

export const peerEffects: Effects<PeerSettings> = {
  ...session,
  name: { key: 'name', effect: 'soft', show: String },
  address: { key: 'address', effect: 'reset', show: String },
}

export const dynamicPeerEffects: Effects<DynamicPeerSettings> = {
  ...session,
  name: { key: 'name', effect: 'soft', show: String },
  prefix: { key: 'prefix', effect: 'reset', show: String },
  limit: { key: 'limit', effect: 'soft', show: String },
}

/** Without `name`, by which two are known to be the same, and what is told in its own words. */
export const announcementEffects: Effects<
  Omit<Announcement, 'name' | 'prefixes' | 'prefixesFile' | 'path' | 'healthCheck' | 'l2'>
> = {
  kind: { key: 'kind', effect: 'soft', show: String },
  via: { key: 'via', effect: 'soft', show: list },
  peers: { key: 'peers', effect: 'soft', show: list },
}

export const l2Effects: Effects<Omit<L2Settings, 'groups'>> = {
  interfaces: {
    key: 'l2.interfaces',
    effect: 'soft',
    show: (patterns) => list(patterns.map(formatInterfacePattern)),
  },
  failover: { key: 'l2.failover', effect: 'soft', show: String },
  promiscuous: { key: 'l2.promiscuous', effect: 'soft', show: String },
}

/** Of an announcement's share; its addresses are told in their own words. */
export const shareEffects: Effects<Omit<L2Share, 'addresses'>> = {
  group: { key: 'group', effect: 'soft', show: String },
}

/** Of the addresses that stay in it: those of other groups never notice. */
export const groupEffects: Effects<Omit<L2Group, 'name'>> = {
  virtualRouterId: { key: 'virtualRouterId', effect: 'soft', show: String },
  priority: { key: 'priority', effect: 'soft', show: String },
  preempt: { key: 'preempt', effect: 'soft', show: String },
  preemptDelayMs: { key: 'preemptDelay', effect: 'soft', show: formatMs },
  advertisementInterval: {
    key: 'advertisementInterval',
    effect: 'soft',
    show: (centiseconds) => formatMs(centiseconds * 10),
  },
  unicastPeers: { key: 'unicastPeers', effect: 'soft', show: (peers) => list(peers) || 'none' },
  checksum: { key: 'checksum', effect: 'soft', show: String },
}

export const pathEffects: Effects<Path> = {
  origin: { key: 'origin', effect: 'soft', show: String },
  communities: {
    key: 'communities',
    effect: 'soft',
    show: (communities) => list(communities.map(formatCommunity)) || 'none',
  },
  localPreference: { key: 'localPreference', effect: 'soft', show: String },
  med: { key: 'med', effect: 'soft', show: String },
  asPathPrepend: { key: 'asPathPrepend', effect: 'soft', show: String },
}

/** Of a check that stays; the announcement keeps its state until the changed one has a verdict. */
export const healthCheckEffects: Effects<HealthCheck> = {
  probe: { key: 'healthCheck', effect: 'soft', show: formatProbe },
  intervalMs: { key: 'healthCheck.interval', effect: 'soft', show: formatMs },
  timeoutMs: { key: 'healthCheck.timeout', effect: 'soft', show: formatMs },
  rise: { key: 'healthCheck.rise', effect: 'soft', show: String },
  fall: { key: 'healthCheck.fall', effect: 'soft', show: String },
  disable: { key: 'healthCheck.disable', effect: 'soft', show: String },
}

/** What is of no list. */
export const settingEffects = {
  // The capability that carries it is in the OPEN.
  node: row<string>({ key: 'node', effect: 'next-session', show: String }),
  asn: row<number>({ key: 'bgp.asn', effect: 'reset', show: String }),
  routerId: row<BgpIdentifier>({ key: 'bgp.routerId', effect: 'reset', show: formatIdentifier }),
  listen: row<readonly Endpoint[]>({
    key: 'bgp.listen',
    effect: 'restart',
    show: (endpoints) => list(endpoints.map(formatEndpoint)) || 'nowhere',
  }),
  drainWait: row<number>({ key: 'drain.wait', effect: 'soft', show: seconds }),
  socket: row<string>({ key: 'control.socket', effect: 'restart', show: String }),
  stateDirectory: row<string>({ key: 'control.stateDirectory', effect: 'restart', show: String }),
  http: row<Endpoint>({ key: 'http.listen', effect: 'soft', show: formatEndpoint }),
  level: row<string>({ key: 'log.level', effect: 'soft', show: String }),
}

function row<Value>(value: Row<Value>): Row<Value> {
  return value
}

function formatProbe(probe: Probe): string {
  return `${probe.kind} ${formatTarget(probe)}`
}

function seconds(value: number): string {
  return `${value}s`
}

function list(values: readonly string[]): string {
  return values.join(', ')
}
