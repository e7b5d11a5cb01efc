import type { Settings } from '../../config/settings.js'
import { hostPrefix, versionOf } from '../../net/prefix.js'
import type { DoctorReport, PeerDiagnoses } from '../control/api/doctor.js'
import type { NodeService } from '../control/api/service.js'
import { diagnose, hintsFor, isHealthy } from '../doctor/diagnose.js'
import { DropWatch } from '../doctor/drop-watch.js'
import { diagnoseLan, type WantedOnLan } from '../doctor/lan.js'
import { type NetworkSigns, noSigns } from '../doctor/network-signs.js'
import { diagnoseNode, type NodeSigns } from '../doctor/node.js'
import { probesOf } from '../doctor/probe.js'
import type { ProcessName } from '../os/socket-owner.js'
import type { TcpSocket } from '../os/tcp-table.js'
import type { PeerView } from '../speaker/peer-view.js'
import type { Speaker } from '../speaker/speaker.js'
import type { World } from './world.js'

/** Peers that are asked with other SYNs for one report: doctor must not be a storm. */
const MOST_PROBED = 32

/** In a row: a second or two without an acknowledgement, so no single loss. */
const MANY_RETRANSMITS = 3

/** What is looked at beside peers. */
interface Subject {
  readonly settings: Settings
  readonly service: NodeService
  /** Addresses on the LAN; none where they do not matter. */
  readonly wanted: readonly WantedOnLan[]
}

/** Looks at this node and its peers, and says what is wrong. */
export class Doctor {
  readonly #world: World
  readonly #speaker: Speaker
  readonly #watch: DropWatch

  constructor(world: World, speaker: Speaker) {
    this.#world = world
    this.#speaker = speaker
    const someDown = () => speaker.peers.some(({ session }) => session === undefined)
    this.#watch = new DropWatch(world.clock, () => world.kernel.drops(), someDown)
  }

  start(): void {
    this.#watch.start()
  }

  stop(): void {
    this.#watch.stop()
  }

  /** What is known without asking anybody. */
  hints(peer: PeerView): readonly string[] {
    return hintsFor(peer, this.#signs(peer, this.#world.kernel.sockets()))
  }

  /** Takes some seconds where a peer does not answer: it is asked in other ways. */
  async report(peers: readonly PeerView[], { settings, service, wanted }: Subject): Promise<DoctorReport> {
    const sockets = this.#world.kernel.sockets()
    const node = diagnoseNode(await this.#nodeSigns(settings, service, sockets))
    const examined = await Promise.all(
      peers.map((peer, place) => this.#examine(peer, sockets, place < MOST_PROBED)),
    )
    const lan = diagnoseLan(wanted)
    const well = [...node, ...lan].every(({ certainty }) => certainty === 'possible')
    const healthy = well && examined.every((peer) => peer.healthy)
    return { healthy, node, ...(wanted.length > 0 && { lan }), peers: examined }
  }

  async #examine(peer: PeerView, sockets: readonly TcpSocket[], asking: boolean): Promise<PeerDiagnoses> {
    const probes = asking ? await probesOf(peer, this.#world.transport) : {}
    const foreignSessions = await this.#foreignSessions(peer, sockets)
    const diagnoses = diagnose(peer, { ...this.#signs(peer, sockets), probes, foreignSessions })
    const { settings, record, nextAttemptSeconds } = peer
    return {
      peer: settings.name,
      address: settings.address,
      sessionState: record.state,
      healthy: isHealthy(peer, diagnoses),
      ...(nextAttemptSeconds !== undefined && { nextAttemptSeconds }),
      diagnoses,
    }
  }

  #signs(peer: PeerView, sockets: readonly TcpSocket[]): NetworkSigns {
    const { address } = peer.settings
    const route = this.#world.kernel.routeTo(address)
    const answersArp = this.#world.kernel.answersArp(route?.gateway ?? address)
    const withPeer = sockets.filter(({ remote }) => remote.address === address)
    return {
      ...noSigns(this.#watch.recent()),
      ...(route && { route }),
      ...(answersArp !== undefined && { answersArp }),
      ourselves: this.#world.hostAddresses().some((own) => own.address === address),
      otherSuspects: this.#otherSuspects(peer),
      halfOpen: withPeer.some(({ state }) => state === 'syn-received'),
      unacknowledged: withPeer.some(
        ({ state, retransmits }) =>
          (state === 'established' || state === 'closing') && retransmits >= MANY_RETRANSMITS,
      ),
    }
  }

  /** Whose segments would be dropped for the same reason: with a key as this peer, or without one. */
  #otherSuspects({ settings }: PeerView): number {
    const alike = ({ password }: { readonly password?: unknown }) =>
      (password === undefined) === (settings.password === undefined)
    const { peers, configuration } = this.#speaker
    const down = peers.filter(
      (other) =>
        other.session === undefined && other.settings.name !== settings.name && alike(other.settings),
    )
    return down.length + configuration.dynamicPeers.filter(alike).length
  }

  async #foreignSessions(
    { settings, session }: PeerView,
    sockets: readonly TcpSocket[],
  ): Promise<NetworkSigns['foreignSessions']> {
    const { address, port } = settings
    const ports = this.#speaker.configuration.peers.map((peer) => peer.port)
    const candidates = sockets.filter(
      ({ state, local, remote, inode }) =>
        state === 'established' &&
        inode !== 0 &&
        remote.address === address &&
        (remote.port === port || ports.includes(local.port)),
    )
    if (session !== undefined || candidates.length === 0) return { count: 0, owners: [] }
    return this.#foreign(candidates)
  }

  async #nodeSigns(
    { bgp }: Settings,
    service: NodeService,
    sockets: readonly TcpSocket[],
  ): Promise<NodeSigns> {
    const { bound, unbound, peers, configuration } = this.#speaker
    const taken = sockets.filter(
      ({ state, local }) =>
        state === 'listening' &&
        unbound.some(
          ({ endpoint }) =>
            endpoint.port === local.port &&
            versionOf(hostPrefix(endpoint.address)) === versionOf(hostPrefix(local.address)),
        ),
    )
    const { owners } = await this.#foreign(taken)
    const privileges = this.#world.kernel.privileges()
    return {
      ...(bgp && { bgp }),
      service,
      routerId: configuration.speaker.routerId,
      bound,
      unbound,
      portOwners: owners,
      ...(privileges && { privileges }),
      wallTime: this.#world.wallTime(),
      peers,
    }
  }

  /** Those sockets that are not our own, and their processes. */
  async #foreign(sockets: readonly TcpSocket[]): Promise<{ count: number; owners: readonly ProcessName[] }> {
    const owners = await this.#world.kernel.owners(sockets.map(({ inode }) => inode))
    const foreign = sockets.filter(({ inode }) => owners.get(inode)?.pid !== process.pid)
    const named = new Map(
      foreign.flatMap(({ inode }) => owners.get(inode) ?? []).map((each) => [each.pid, each]),
    )
    return { count: foreign.length, owners: [...named.values()] }
  }
}
