import { z } from 'zod'
import { type Ip, type Ipv4, type Ipv6, isIpv4, isIpv6, parseIp } from '../net/ip.js'
import { kindOf } from '../net/ip-kind.js'
import { ok, refused } from '../net/result.js'
import { flag, integer, scalar, secretText, text } from './scalar.js'
import {
  address,
  asNumber,
  family,
  holdTime,
  interfaceName,
  name,
  path,
  port,
  prefix,
  remoteAs,
  seconds,
} from './value.js'

/** TCP_MD5SIG_MAXKEYLEN. */
export const MAX_KEY_OCTETS = 80

const nextHop4 = text<Ipv4>({
  wanted: 'an IPv4 address of this node',
  json: { format: 'ipv4', examples: ['10.0.0.11'] },
  read: (written) => {
    const ip = nextHop(written)
    if (!ip.ok) return ip
    return isIpv4(ip.value) ? ok(ip.value) : refused(`${written} is IPv6; it belongs under nextHop.ipv6`)
  },
})

const nextHop6 = text<Ipv6>({
  wanted: 'a global IPv6 address of this node',
  json: { format: 'ipv6', examples: ['2001:db8::11'] },
  read: (written) => {
    const ip = nextHop(written)
    if (!ip.ok) return ip
    return isIpv6(ip.value) ? ok(ip.value) : refused(`${written} is IPv4; it belongs under nextHop.ipv4`)
  },
})

/** `false`, `true` (one hop) or the number of hops. */
const ttlSecurity = scalar<number | false>(
  {
    wanted: 'true (the peer is on the wire), false, or its distance in hops',
    json: { anyOf: [{ type: 'boolean' }, { type: 'integer', minimum: 1, maximum: 254 }] },
  },
  (value) => {
    if (typeof value === 'boolean') return ok(value ? 1 : false)
    if (typeof value !== 'number') return undefined
    return Number.isInteger(value) && value >= 1 && value <= 254
      ? ok(value)
      : refused(`${value} is not a distance; it goes from 1 to 254 hops`)
  },
)

const password = secretText<string>({
  wanted: `it in quotes, 1 to ${MAX_KEY_OCTETS} octets`,
  json: { minLength: 1, maxLength: MAX_KEY_OCTETS },
  read: ok,
})

const gracefulRestart = z.strictObject({
  enabled: flag().optional().meta({ description: 'Offer graceful restart (RFC 4724).', default: false }),
  restartTime: seconds(0, 4095, '120s').optional().meta({
    description: 'How long the peer keeps our routes while we restart; 0s only beside longLivedStaleTime.',
    default: '120s',
  }),
  longLivedStaleTime: seconds(0, 16777215, '1h').optional().meta({
    description:
      'How long the peer keeps them after that, as least preferred, and we its at most (RFC 9494); 0s is not at all.',
    default: '0s',
  }),
})

const nextHopChoice = z.union(
  [
    z.literal('self'),
    z.strictObject({
      ipv4: nextHop4.optional().meta({ description: 'Next hop of IPv4 prefixes; absent means self.' }),
      ipv6: nextHop6.optional().meta({ description: 'Next hop of IPv6 prefixes; absent means self.' }),
    }),
  ],
  { error: 'write self, or { ipv4: ADDRESS, ipv6: ADDRESS }' },
)

/** What listed peers, dynamic peers and peerDefaults have in common; defaults are in defaults.ts. */
const sessionShape = {
  asn: remoteAs
    .optional()
    .meta({ description: "The peer's AS: a number, `external` (any but ours) or `internal` (ours)." }),
  interface: interfaceName
    .optional()
    .meta({ description: 'Binds the session to this interface; needed for a link-local address.' }),
  localAddress: address.optional().meta({ description: 'Source address of the session.' }),
  localAsn: asNumber.optional().meta({ description: 'Our AS towards this peer, where it is not bgp.asn.' }),
  passwordFile: path.optional().meta({
    description: 'File with the TCP MD5 key (RFC 2385), relative to this file; not readable by others.',
  }),
  password: password.optional().meta({
    description: 'The TCP MD5 key itself (RFC 2385); the file must then not be readable by others.',
  }),
  ebgpMultihop: integer(1, 255)
    .optional()
    .meta({ description: 'TTL of what we send to an external peer.', default: 1 }),
  ttlSecurity: ttlSecurity.optional().meta({
    description: 'GTSM (RFC 5082): drop packets that came further than this many hops; true is 1.',
    default: false,
  }),
  holdTime: holdTime.optional().meta({ description: '0s, or at least 3s.', default: '90s' }),
  keepaliveTime: seconds(0, 65534, '30s')
    .optional()
    .meta({ description: 'Shorter than the hold time; default a third of it.' }),
  sendHoldTime: seconds(4, 131070, '8m').optional().meta({
    description:
      'A peer that reads nothing for so long is dropped (RFC 9687), however much it says. Longer than the hold time; default twice that, and at least 8m.',
  }),
  families: z
    .array(family)
    .optional()
    .meta({
      description: 'Address families offered.',
      default: ['ipv4/unicast', 'ipv6/unicast'],
      minItems: 1,
      uniqueItems: true,
    }),
  gracefulRestart: gracefulRestart.optional().meta({ description: 'Graceful restart (RFC 4724).' }),
  nextHop: nextHopChoice.optional().meta({
    description: '`self`, or the next hop of each family where it is not this session’s own address.',
    default: 'self',
  }),
  maxPrefixes: integer(1, 4294967295).optional().meta({
    description: 'Received prefixes over this end the session (Cease/1), and no retry until reset.',
  }),
  allowedPrefixes: z
    .array(prefix)
    .optional()
    .meta({
      description:
        'Nothing but these prefixes, and longer ones inside them, is ever sent; default no such bound.',
      examples: [['10.244.0.0/16', '192.0.2.0/24']],
      minItems: 1,
      uniqueItems: true,
    }),
  maxAdvertisedPrefixes: integer(1, 4294967295).optional().meta({
    description: 'Prefixes sent, of each family; those over it are left out, with a warning.',
  }),
  advertise: z
    .array(name)
    .optional()
    .meta({
      description:
        'Names of announcements, and `run-time` for those that `herald announce` makes; default all, [] none.',
      uniqueItems: true,
      examples: [['pods', 'ingress']],
    }),
}

const activeShape = {
  port: port.optional().meta({ description: 'TCP port of the peer.', default: 179 }),
  passive: flag().optional().meta({ description: 'Never connect, only accept.', default: false }),
  connectRetryTime: seconds(1, 65535, '5s')
    .optional()
    .meta({ description: 'Pause between attempts to connect.', default: '5s' }),
}

/** For editors: one key, in one of two places. */
const oneKey = { not: { required: ['password', 'passwordFile'] } }

export const peerDefaultsSchema = z.strictObject({ ...sessionShape, ...activeShape }).meta(oneKey)

export const peerSchema = z
  .strictObject({
    name: name.optional().meta({
      description: 'Unique; default the address (and %interface, where link-local), or the interface.',
    }),
    address: address.optional().meta({
      description:
        "The peer's address; with `interface` alone it is whoever sends router advertisements there (unnumbered).",
    }),
    ...sessionShape,
    ...activeShape,
  })
  .meta({ anyOf: [{ required: ['address'] }, { required: ['interface'] }], ...oneKey })

export const dynamicPeerSchema = z
  .strictObject({
    name: name
      .optional()
      .meta({ description: 'What messages call the range; unique among the names of peers and ranges.' }),
    prefix: prefix
      .optional()
      .meta({ description: 'Peers may connect from these addresses; the longest prefix decides.' }),
    limit: integer(1, 65535).optional().meta({ description: 'Sessions at one time.', default: 100 }),
    ...sessionShape,
  })
  .meta({ required: ['prefix'], ...oneKey })

/**
 * A peer as the file has it: what it says itself, each value read, nothing filled in. What must be there is told to
 * editors but asked for by peer.ts, so that a peer without its address is still judged in everything else.
 */
export type FilePeer = z.output<typeof peerSchema>
export type FileDynamicPeer = z.output<typeof dynamicPeerSchema>
export type FilePeerDefaults = z.output<typeof peerDefaultsSchema>

function nextHop(written: string) {
  const ip = parseIp(written)
  if (!ip.ok) return ip
  const kind = kindOf(ip.value)
  return kind === 'unicast'
    ? ok<Ip>(ip.value)
    : refused(`${written} is ${kind}; a next hop is a unicast address that the peer can reach`)
}
