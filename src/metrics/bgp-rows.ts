import type { MessageCounts, PeerDetail } from '../control/api/peers.js'
import { oneOf, only, type Row, type Sample, timestamp, truth } from './row.js'

const sessionStates = ['idle', 'connect', 'active', 'open_sent', 'open_confirm', 'established']

const peerLabels = ['peer', 'address']
const labelsOf = ({ name, address }: PeerDetail) => [name, address]

/** One sample for each peer that has the value. */
function ofPeers(value: (peer: PeerDetail) => number | undefined): Row['samples'] {
  return ({ peers }) =>
    peers.flatMap((peer): Sample[] => {
      const known = value(peer)
      return known === undefined ? [] : [{ labels: labelsOf(peer), value: known }]
    })
}

const messageTypes: readonly (readonly [string, keyof MessageCounts])[] = [
  ['open', 'open'],
  ['update', 'update'],
  ['notification', 'notification'],
  ['keepalive', 'keepalive'],
  ['route-refresh', 'routeRefresh'],
]
const directions = ['sent', 'received'] as const

/** BGP peers; the labels are the name in the file and the address. */
export const bgpRows: readonly Row[] = [
  {
    name: 'herald_bgp_peers_configured',
    type: 'gauge',
    help: 'Peers in the file.',
    labels: [],
    samples: ({ status }) => only(status.bgp?.peersConfigured),
  },
  {
    name: 'herald_bgp_peers_dynamic',
    type: 'gauge',
    help: 'Peers connected from the ranges.',
    labels: [],
    samples: ({ status }) => only(status.bgp?.dynamicPeers),
  },
  {
    name: 'herald_bgp_peer_up',
    type: 'gauge',
    help: 'Whether the session is Established.',
    labels: peerLabels,
    samples: ofPeers(({ sessionState }) => truth(sessionState === 'established')),
  },
  {
    name: 'herald_bgp_peer_state',
    type: 'gauge',
    help: '1 for the state of the session (RFC 4271 §8.2.2).',
    labels: [...peerLabels, 'state'],
    samples: ({ peers }) => peers.flatMap((peer) => oneOf(sessionStates, peer.sessionState, labelsOf(peer))),
  },
  {
    name: 'herald_bgp_peer_uptime_seconds',
    type: 'gauge',
    help: 'Seconds since the session was Established; 0 when it is not.',
    labels: peerLabels,
    samples: ofPeers(({ uptimeSeconds }) => uptimeSeconds),
  },
  {
    name: 'herald_bgp_peer_flaps_total',
    type: 'counter',
    help: 'Sessions that were Established and ended.',
    labels: peerLabels,
    samples: ofPeers(({ flaps }) => flaps),
  },
  {
    name: 'herald_bgp_peer_hold_time_seconds',
    type: 'gauge',
    help: 'Hold time that the session agreed on; absent without a session.',
    labels: peerLabels,
    samples: ofPeers(({ timers }) => timers.holdTimeNegotiated),
  },
  {
    name: 'herald_bgp_peer_prefixes_received',
    type: 'gauge',
    help: 'Prefixes that the peer advertises to this node.',
    labels: [...peerLabels, 'family'],
    samples: ({ peers }) =>
      peers.flatMap((peer) =>
        peer.families.map(({ family, received }) => ({
          labels: [...labelsOf(peer), family],
          value: received,
        })),
      ),
  },
  {
    name: 'herald_bgp_peer_prefixes_advertised',
    type: 'gauge',
    help: 'Prefixes that this node advertises to the peer.',
    labels: [...peerLabels, 'family'],
    samples: ({ peers }) =>
      peers.flatMap((peer) =>
        peer.families.map(({ family, advertised }) => ({
          labels: [...labelsOf(peer), family],
          value: advertised,
        })),
      ),
  },
  {
    name: 'herald_bgp_peer_messages_total',
    type: 'counter',
    help: 'BGP messages by direction and type.',
    labels: [...peerLabels, 'direction', 'type'],
    samples: ({ peers }) =>
      peers.flatMap((peer) =>
        directions.flatMap((direction) =>
          messageTypes.map(([type, key]) => ({
            labels: [...labelsOf(peer), direction, type],
            value: peer.messages[direction][key],
          })),
        ),
      ),
  },
  {
    name: 'herald_bgp_peer_octets_total',
    type: 'counter',
    help: 'Octets of BGP messages by direction.',
    labels: [...peerLabels, 'direction'],
    samples: ({ peers }) =>
      peers.flatMap((peer) =>
        directions.map((direction) => ({
          labels: [...labelsOf(peer), direction],
          value: peer.messages[direction].octets,
        })),
      ),
  },
  {
    name: 'herald_bgp_peer_malformed_updates_total',
    type: 'counter',
    help: 'Received UPDATEs of which something was given up (RFC 7606).',
    labels: peerLabels,
    samples: ofPeers(({ malformed }) => malformed.count),
  },
  {
    name: 'herald_bgp_peer_last_error_timestamp_seconds',
    type: 'gauge',
    help: 'When the session last ended or failed to come up: who noticed, and the code and subcode of the NOTIFICATION.',
    labels: [...peerLabels, 'origin', 'code', 'subcode'],
    samples: ({ peers }) =>
      peers.flatMap((peer): Sample[] => {
        const { lastError } = peer
        if (lastError === undefined) return []
        const { at, origin, code, subcode } = lastError
        const labels = [...labelsOf(peer), origin, `${code ?? ''}`, `${subcode ?? ''}`]
        return [{ labels, value: timestamp(at) }]
      }),
  },
]
