import type { BgpIdentifier } from '../../bgp/identifier.js'
import { formatIdentifier } from '../../bgp/identifier.js'
import type { BgpSettings } from '../../config/settings.js'
import { type Endpoint, formatEndpoint } from '../../net/endpoint.js'
import type { Diagnosis, NodeCause } from '../control/api/doctor.js'
import type { NodeService } from '../control/api/service.js'
import type { Privilege } from '../os/privileges.js'
import type { ProcessName } from '../os/socket-owner.js'
import type { PeerView } from '../speaker/peer-view.js'
import { describeListenFailures } from '../transport/listen-failure.js'
import type { ListenFailure } from '../transport/transport.js'
import { certain, possible } from './diagnosis.js'

/** What is to be seen of this node. */
export interface NodeSigns {
  /** Absent: this node speaks no BGP. */
  readonly bgp?: BgpSettings
  readonly service: NodeService
  readonly routerId: BgpIdentifier
  readonly bound: readonly Endpoint[]
  readonly unbound: readonly ListenFailure[]
  /** Who listens on the ports that could not be bound, where that may be known. */
  readonly portOwners: readonly ProcessName[]
  /** Absent where that is not known. */
  readonly privileges?: ReadonlySet<Privilege>
  /** ISO 8601. */
  readonly wallTime: string
  readonly peers: readonly PeerView[]
}

/** What is wrong with this node, whoever the peer. */
export function diagnoseNode(signs: NodeSigns): readonly Diagnosis<NodeCause>[] {
  return [
    ...drained(signs),
    ...listening(signs),
    ...privileges(signs),
    ...sharedIdentifier(signs),
    ...clock(signs),
  ]
}

function drained({ service }: NodeSigns): readonly Diagnosis<NodeCause>[] {
  if (service === 'in-service') return []
  const text =
    service === 'draining'
      ? 'this node is draining: its routes are withdrawn in a moment'
      : `this node is ${service}: it announces nothing`
  return [certain('drained', text, { here: 'herald drain --undo' })]
}

function listening({ bgp, bound, unbound, portOwners }: NodeSigns): readonly Diagnosis<NodeCause>[] {
  if (bgp === undefined || (bound.length > 0 && unbound.length === 0)) return []
  if (bgp.listen.endpoints.length === 0) {
    const waiting = bgp.peers.filter(({ passive }) => passive).map(({ name }) => name)
    if (waiting.length === 0 && bgp.dynamicPeers.length === 0) return []
    const who = waiting.length === 0 ? 'dynamic peers' : waiting.join(', ')
    const text = `this node listens nowhere (listen: []), and waits for ${who}`
    return [certain('not-listening', text, { here: 'take `bgp.listen` out' })]
  }
  const where = unbound.map(({ endpoint }) => formatEndpoint(endpoint)).join(', ')
  if (portOwners.length > 0) {
    const who = portOwners.map(({ pid, name }) => `${name} (process ${pid})`).join(', ')
    const text = `${who} listens on ${where}: another BGP speaker on this node; herald only connects`
    return [certain('port-taken', text, { here: 'stop it, or give one of the two another `bgp.listen`' })]
  }
  return [certain('not-listening', `this node only connects: ${describeListenFailures(unbound)}`)]
}

function privileges({ bgp, privileges, bound }: NodeSigns): readonly Diagnosis<NodeCause>[] {
  if (bgp === undefined || privileges === undefined) return []
  const low = bgp.listen.endpoints.some(({ port }) => port < 1024) && bound.length === 0
  const keyed = [...bgp.peers, ...bgp.dynamicPeers].some(({ password }) => password !== undefined)
  const needs: readonly (readonly [Privilege, boolean, string])[] = [
    ['CAP_NET_BIND_SERVICE', low, 'to listen on port 179'],
    ['CAP_NET_ADMIN', keyed, 'for TCP MD5 keys'],
  ]
  return needs
    .filter(([name, needed]) => needed && !privileges.has(name))
    .map(([name, , why]) =>
      // Some kernels and settings (ip_unprivileged_port_start) do without.
      possible('privilege-missing', `this process lacks ${name}, which it may need ${why}`, {
        here: `AmbientCapabilities=${name} in the systemd unit, or run as root`,
      }),
    )
}

/** RFC 6286 allows it between ASes; older routers refuse the session, and reflectors get confused. */
function sharedIdentifier({ routerId, peers }: NodeSigns): readonly Diagnosis<NodeCause>[] {
  return peers
    .filter(({ session }) => session?.negotiated.peerIdentifier === routerId)
    .map(({ settings: { name } }) =>
      possible(
        'router-id-shared',
        `${name} has the BGP identifier of this node, ${formatIdentifier(routerId)}`,
        {
          here: 'give this node another `bgp.routerId`',
          there: 'or give the router another router-id',
        },
      ),
    )
}

/** When this was written: a clock before that has not been set. */
const EARLIEST = '2025'

function clock({ wallTime }: NodeSigns): readonly Diagnosis<NodeCause>[] {
  if (wallTime >= EARLIEST) return []
  const text = `this host's clock says ${wallTime}: the times of logs and reports are wrong; sessions do not depend on it`
  return [certain('clock-wrong', text, { here: 'timedatectl, or chronyc tracking' })]
}
