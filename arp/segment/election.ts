import type { Clock } from '../../net/clock.js'
import type { Ip } from '../../net/ip.js'
import { type IpVersion, ipVersionOf } from '../../net/prefix.js'
import type { ChecksumForm, VirtualRouterId } from '../vrrp/message.js'
import { type Mismatch, mismatches } from '../vrrp/mismatch.js'
import type { AdvertisementFrame } from '../vrrp/packet.js'
import type { VrrpSettings } from '../vrrp/state.js'
import { millisecondsOf } from '../vrrp/timers.js'
import { primaryAddress } from './primary-address.js'
import type { Owner } from './report.js'
import type { SegmentGroup, SegmentLink } from './settings.js'
import { type TakeOver, VirtualRouter, type VirtualRouterSettings } from './virtual-router.js'

export interface ElectionServices {
  readonly clock: Clock
  advertise(priority: number, checksum: ChecksumForm, settings: VrrpSettings, peers: readonly Ip[]): void
  /** @param advertised what the owner so far advertised, where there was one */
  lead(addresses: readonly Ip[], change: TakeOver, advertised: readonly Ip[]): void
  giveUp(addresses: readonly Ip[], because: string): void
  reannounce(addresses: readonly Ip[]): void
  /** They are another node's business from now on, or nobody's. */
  released(addresses: readonly Ip[]): void
  /** Whether all of these are answered for here now. */
  owns(addresses: readonly Ip[]): boolean
  warn(text: string): void
}

interface Candidacy {
  readonly router: VirtualRouter
  addresses: readonly Ip[]
  peers: readonly Ip[]
  settings: VirtualRouterSettings
  /** Of the last advertisement of another node. */
  advertised: readonly Ip[]
}

const versions: readonly IpVersion[] = [4, 6]

/** Milliseconds: a foreign station is told of within a second. */
const longestPatience = 900

/** Who of several nodes answers: one virtual router for each group and IP version on the link. */
export class Election {
  readonly #services: ElectionServices
  readonly #running = new Map<string, Candidacy>()
  /** Those that hand over before they end. */
  readonly #leaving = new Set<Candidacy>()
  readonly #warned = new Set<string>()
  /** By the address, of those that run; put together when somebody looks. */
  #byAddress: ReadonlyMap<Ip, Candidacy> | undefined
  /** When the link was lost, and who led then. */
  #lost: { readonly at: number; readonly leaders: ReadonlySet<Candidacy> } | undefined

  constructor(services: ElectionServices) {
    this.#services = services
  }

  /** Whether nothing is left to be handed over. */
  get isSettled(): boolean {
    return this.#leaving.size === 0
  }

  /** The addresses that are still answered for until another node takes them. */
  get handingOver(): readonly Ip[] {
    return [...this.#leaving].flatMap(({ addresses }) => addresses)
  }

  /** Takes all groups; what is in none any more is handed over. */
  configure(groups: readonly SegmentGroup[], link: SegmentLink | undefined): void {
    const wanted = new Map(
      groups.flatMap((group) =>
        versions.flatMap((version) => {
          const addresses = group.addresses.filter((ip) => ipVersionOf(ip) === version)
          const key = keyOf(version, group.virtualRouterId)
          return addresses.length === 0 ? [] : [[key, { group, version, addresses }] as const]
        }),
      ),
    )
    for (const [key, candidacy] of this.#running) if (!wanted.has(key)) this.#leave(key, candidacy)
    for (const [key, { group, version, addresses }] of wanted) {
      this.#join(key, group, version, addresses, link)
    }
  }

  linkUp(groups: readonly SegmentGroup[], link: SegmentLink): void {
    this.configure(groups, link)
    const lost = this.#lost
    this.#lost = undefined
    for (const candidacy of this.#running.values()) {
      // Others wait for three intervals, of which one may have passed before: so soon nobody has taken over.
      const { advertisementInterval } = candidacy.settings
      const soon =
        lost?.leaders.has(candidacy) === true &&
        this.#services.clock.now() - lost.at < 2 * millisecondsOf(advertisementInterval)
      candidacy.router.start(soon)
    }
  }

  linkDown(because: string): void {
    const all = [...this.#running.values()]
    const leaders = new Set(all.filter(({ router }) => router.leads))
    this.#lost ??= { at: this.#services.clock.now(), leaders }
    for (const { router } of all) router.stop(because)
    for (const candidacy of this.#leaving) this.#end(candidacy, because)
  }

  /** Ends at once, and tells other nodes so. */
  stop(because: string): void {
    for (const { router } of this.#running.values()) router.stop(because)
    for (const candidacy of this.#leaving) this.#end(candidacy, because)
    this.#running.clear()
    this.#byAddress = undefined
  }

  knows(version: IpVersion, id: VirtualRouterId): boolean {
    return this.#find(version, id) !== undefined
  }

  receive(received: AdvertisementFrame): void {
    const version = ipVersionOf(received.source)
    const candidacy = this.#find(version, received.advertisement.virtualRouterId)
    if (candidacy === undefined) return
    this.#compare(received, candidacy)
    candidacy.advertised = received.advertisement.addresses
    candidacy.router.receive(received)
    if (candidacy.router.stopped) this.#finish(candidacy)
  }

  /** Whether this node answers for an address, by what the others say. */
  leads(address: Ip): boolean {
    return this.#of(address)?.router.leads === true
  }

  /** Tells the other nodes of the address at once, if this one owns it. */
  advertise(address: Ip): void {
    this.#of(address)?.router.advertise()
  }

  /** How long another node of the address may be silent before it is clear that it is none; undefined: no others. */
  patience(address: Ip): number | undefined {
    const candidacy = this.#of(address)
    if (candidacy === undefined) return undefined
    return Math.min(2 * millisecondsOf(candidacy.settings.advertisementInterval), longestPatience)
  }

  /** The other node that owns an address. */
  ownerOf(address: Ip): Owner | undefined {
    const candidacy = this.#of(address)
    const active = candidacy?.router.active
    return active && { ...active, advertises: candidacy?.advertised.includes(address) === true }
  }

  get ids(): readonly { readonly version: IpVersion; readonly id: VirtualRouterId }[] {
    const all = [...this.#running.values(), ...this.#leaving]
    return all.map(({ router, settings }) => ({ version: router.version, id: settings.virtualRouterId }))
  }

  #join(
    key: string,
    group: SegmentGroup,
    version: IpVersion,
    addresses: readonly Ip[],
    link: SegmentLink | undefined,
  ): void {
    const peers = group.unicastPeers.filter((ip) => ipVersionOf(ip) === version)
    const known = this.#running.get(key)
    const primaryIp = link === undefined ? known?.settings.primaryIp : primaryAddress(version, link)
    // Without a link nothing can be said; it is joined when that is there.
    if (primaryIp === undefined) return
    const settings = { ...settingsOf(group), primaryIp, addresses }
    this.#byAddress = undefined
    if (known !== undefined) {
      Object.assign(known, { addresses, peers, settings })
      known.router.apply(settings)
      return
    }
    const candidacy: Candidacy = {
      router: new VirtualRouter(version, settings, {
        clock: this.#services.clock,
        send: (priority, checksum, current) =>
          this.#services.advertise(priority, checksum, current, candidacy.peers),
        lead: (change) => this.#services.lead(candidacy.addresses, change, candidacy.advertised),
        giveUp: (because) => this.#gaveUp(candidacy, because),
        reannounce: () => this.#services.reannounce(candidacy.addresses),
      }),
      ...{ addresses, peers, settings, advertised: [] },
    }
    this.#running.set(key, candidacy)
    // What this node answers for already is not let go to find out whether it may.
    if (link !== undefined) candidacy.router.start(this.#services.owns(addresses))
  }

  #leave(key: string, candidacy: Candidacy): void {
    this.#running.delete(key)
    this.#byAddress = undefined
    this.#leaving.add(candidacy)
    candidacy.router.handOver()
    if (candidacy.router.stopped) this.#finish(candidacy)
  }

  #gaveUp(candidacy: Candidacy, because: string): void {
    // An address may have moved to another group, which leads it already.
    const gone = candidacy.addresses.filter((ip) => !this.leads(ip))
    this.#services.giveUp(gone, because)
    this.#finish(candidacy)
  }

  #end(candidacy: Candidacy, because: string): void {
    candidacy.router.stop(because)
    this.#finish(candidacy)
  }

  #finish(candidacy: Candidacy): void {
    if (this.#leaving.delete(candidacy)) this.#services.released(candidacy.addresses)
  }

  #find(version: IpVersion, id: VirtualRouterId): Candidacy | undefined {
    const running = this.#running.get(keyOf(version, id))
    if (running !== undefined) return running
    return [...this.#leaving].find(
      ({ router, settings }) => router.version === version && settings.virtualRouterId === id,
    )
  }

  #of(address: Ip): Candidacy | undefined {
    this.#byAddress ??= byAddress([...this.#running.values()])
    return this.#byAddress.get(address)
  }

  /** RFC 9568 §7.1 asks to log what two routers should agree on; once for each sender. */
  #compare({ advertisement, source }: AdvertisementFrame, { settings }: Candidacy): void {
    if (source === settings.primaryIp) return
    for (const mismatch of mismatches(advertisement, settings)) {
      const key = `${source} ${advertisement.virtualRouterId} ${mismatch}`
      if (this.#warned.has(key) || this.#warned.size >= 256) continue
      this.#warned.add(key)
      this.#services.warn(`${source} ${mismatchWords(mismatch, settings.virtualRouterId)}`)
    }
  }
}

function mismatchWords(mismatch: Mismatch, id: number): string {
  switch (mismatch) {
    case 'addresses':
      return `advertises other addresses for virtual router ${id}; make them the same on all nodes, or choose another virtualRouterId where it is no node of this group`
    case 'advertisement-interval':
      return `advertises virtual router ${id} at another interval; make advertisementInterval the same on all nodes`
  }
}

/** Of two that have an address for a moment, the first. */
function byAddress(candidacies: readonly Candidacy[]): ReadonlyMap<Ip, Candidacy> {
  return new Map(candidacies.toReversed().flatMap((each) => each.addresses.map((ip) => [ip, each] as const)))
}

function keyOf(version: IpVersion, id: VirtualRouterId): string {
  return `${version}/${id}`
}

function settingsOf(group: SegmentGroup): Omit<VirtualRouterSettings, 'primaryIp' | 'addresses'> {
  return {
    virtualRouterId: group.virtualRouterId,
    priority: group.priority,
    advertisementInterval: group.advertisementInterval,
    preempt: group.preempt,
    preemptDelayMilliseconds: group.preemptDelayMs,
    checksum: group.checksum,
    fit: group.fit,
  }
}
