import type { Ip } from '../../net/ip.js'
import type { Mac } from '../../net/mac.js'
import { ipVersionOf } from '../../net/prefix.js'
import type { Due } from '../address/announcer.js'
import { Askers, type RecentAsker } from '../address/askers.js'
import { whose } from '../address/whose.js'
import { announcementFrames, probeFrame, questionFrame } from '../announcement.js'
import type { Assertion } from '../assertion.js'
import { etherType, etherTypeOf } from '../ethernet.js'
import { type Ask, hear } from '../hear.js'
import type { Link, Role } from '../link.js'
import { encodeAdvertisement } from '../vrrp/codec.js'
import type { Advertisement, ChecksumForm, VrrpFault } from '../vrrp/message.js'
import {
  advertisedAddresses,
  decodeAdvertisementFrame,
  encodeAdvertisementFrame,
  virtualMac,
} from '../vrrp/packet.js'
import type { VrrpSettings } from '../vrrp/state.js'
import { Announcements } from './announcements.js'
import { Election } from './election.js'
import { LateAnswers } from './late-answers.js'
import { Members } from './members.js'
import { primaryAddress } from './primary-address.js'
import type { AddressStanding, Ignored } from './report.js'
import type { SegmentServices } from './services.js'
import type { SegmentLink, SegmentSettings } from './settings.js'
import { Unknowns } from './unknowns.js'
import { VirtualIp } from './virtual-ip.js'
import type { TakeOver } from './virtual-router.js'
import { Watch } from './watch.js'

/** What a router must change that wants to share addresses with this node. */
const deafWords: Readonly<Partial<Record<VrrpFault, string>>> = {
  'bad-version':
    'a router of this LAN speaks VRRP version 2; to share addresses with herald it needs version 3',
  'ttl-not-255':
    'a router of this LAN advertises with a TTL below 255, which is not taken (RFC 9568 §7.1); in keepalived write unicast_ttl 255',
}

/** Askers heard within this many milliseconds are told in person when an address moves: caches live that long. */
const recently = 600_000

const nobody: ReadonlySet<Ip> = new Set()
const nothing: SegmentSettings = { failover: 'none', groups: [], elsewhere: nobody, heldBefore: nobody }

/** This node on one LAN: what it answers for there, what it tells, and with whom it agrees on who does. */
export class Segment {
  readonly askers = new Askers()
  readonly #services: SegmentServices
  readonly #ips = new Map<Ip, VirtualIp>()
  readonly #roles = new Map<Ip, Role>()
  readonly #announcements: Announcements
  readonly #watch: Watch
  readonly #late = new LateAnswers()
  readonly #election: Election
  readonly #members = new Members()
  readonly #unknown: Unknowns
  readonly #ignored = new Map<Ignored, number>()
  #settings = nothing
  #link: (SegmentLink & Link) | undefined
  #downBecause = 'its interface is not there'
  readonly #warnedOf = new Set<VrrpFault | 'mac' | 'ip'>()

  constructor(services: SegmentServices) {
    this.#services = services
    const { clock, random } = services
    this.#unknown = new Unknowns(clock)
    this.#announcements = new Announcements({ clock, random, send: (due) => this.#announce(due) })
    this.#watch = new Watch({ clock, ask: (ip) => this.#ask(ip) })
    this.#election = new Election({
      clock,
      advertise: (priority, checksum, settings, peers) =>
        this.#advertise(priority, checksum, settings, peers),
      lead: (addresses, change, advertised) => this.#lead(addresses, change, advertised),
      giveUp: (addresses, because) => this.#giveUp(addresses, because),
      reannounce: (addresses) => {
        for (const ip of this.#each(addresses)) if (ip.state === 'owner') this.#again(ip.ip)
      },
      released: () => this.#forgetUnwanted(),
      owns: (addresses) => addresses.every((ip) => this.#ips.get(ip)?.state === 'owner'),
      warn: (text) => this.#warn(text),
    })
  }

  /** Whether no address is on its way to another node. */
  get isSettled(): boolean {
    return this.#election.isSettled
  }

  /** Frames that were not answered, by the reason. */
  get ignored(): ReadonlyMap<Ignored, number> {
    return this.#ignored
  }

  /** Takes all of the settings; addresses that are in none any more are handed over. */
  configure(settings: SegmentSettings): void {
    this.#settings = settings
    for (const { name, addresses } of settings.groups) {
      for (const address of addresses) {
        const known = this.#ips.get(address)
        if (known !== undefined) known.group = name
        else this.#ips.set(address, this.#create(address, name))
      }
    }
    this.#election.configure(this.#contested(), this.#link)
    this.#forgetUnwanted()
    if (this.#link !== undefined) this.#place()
    for (const address of settings.elsewhere) {
      if (!this.#ips.has(address)) this.#roles.set(address, 'answered-elsewhere')
    }
  }

  /** The interface is up, and this is what it has; called again when any of that changes. */
  linkUp(link: SegmentLink): void {
    const before = this.#link
    this.#link = { ...link, roles: this.#roles }
    if (before === undefined) {
      this.#election.linkUp(this.#contested(), link)
      this.#place()
      return
    }
    this.#election.configure(this.#contested(), link)
    if (before.mac !== link.mac) this.#announcements.restart()
  }

  /** Called again when it is down for another reason. @param because 'eth0 has no carrier' */
  linkDown(because: string): void {
    const wasUp = this.#link !== undefined
    this.#downBecause = because
    this.#link = undefined
    for (const ip of this.#ips.values()) ip.down(because)
    if (wasUp) this.#election.linkDown(because)
  }

  /** A frame of ARP or NDP. */
  hear(frame: Uint8Array): void {
    if (this.#link === undefined) return
    const { verdict, ask, assertion } = hear(frame, this.#link)
    if (verdict.is === 'reply') {
      this.#services.send(verdict.frame)
      const ip = this.#ips.get(verdict.target)
      if (ip !== undefined) ip.answered++
    } else {
      this.#ignore(verdict.because)
      if (ask !== undefined && verdict.because === 'still-taking-over') this.#late.owe(ask)
    }
    if (ask !== undefined && !this.#isOwners(ask)) this.askers.record(ask, this.#services.clock.now())
    if (assertion !== undefined) this.#hearAssertion(assertion)
  }

  /** Whether the owner itself asks who else has the address: that is nobody to be told when it moves. */
  #isOwners({ target, asker }: Ask): boolean {
    return this.#roles.get(target) !== 'owner' && this.#election.ownerOf(target)?.ip === asker.ip
  }

  #hearAssertion(assertion: Assertion): void {
    const ip = this.#ips.get(assertion.ip)
    if (ip === undefined) return
    const [at, whose] = [this.#services.clock.now(), this.#whose(assertion.mac)]
    const judge = () => this.#ips.get(assertion.ip)?.hear(assertion, this.#whose(assertion.mac), at)
    const patience = whose === 'foreign' && !ip.isProbing ? this.#election.patience(assertion.ip) : undefined
    const isLater = patience !== undefined && this.#unknown.judgeLater(patience, judge)
    ip.hear(assertion, isLater ? 'unknown' : whose, at)
  }

  /** A frame of VRRP. */
  hearAdvertisement(frame: Uint8Array): void {
    const link = this.#link
    if (link === undefined) return
    const version = etherTypeOf(frame) === etherType.ipv4 ? 4 : 6
    const received = decodeAdvertisementFrame(frame, (id) => this.#election.knows(version, id))
    if (!received.ok) {
      this.#ignore(received.because)
      this.#warnOf(received.because)
      return
    }
    const { source: ip, ethernet } = received.value
    const isOurMac = ethernet.source === link.mac
    const isOurIp = ip === primaryAddress(version, link)
    // A frame of ours that comes back.
    if (isOurMac && isOurIp) return
    if (isOurMac) {
      this.#warnOnce(
        'mac',
        `${ip} advertises with this node's own MAC address, ${link.mac}: two hosts have it`,
      )
    } else this.#members.learn(ethernet.source)
    if (isOurIp) {
      const from = `advertises from ${ip}, which is this node's own address`
      this.#warnOnce('ip', `${ethernet.source} ${from}: two hosts have it`)
    }
    this.#election.receive(received.value)
  }

  /** Ends at once, and tells other nodes so. */
  stop(): void {
    const because = 'herald stops'
    this.#election.stop(because)
    this.#unknown.stop()
    for (const ip of this.#ips.values()) ip.forget()
    this.#ips.clear()
    this.#roles.clear()
  }

  /** In the order of the groups. */
  report(): readonly AddressStanding[] {
    return this.#settings.groups.flatMap(({ addresses }) =>
      [...this.#each(addresses)].map((ip) => this.#standing(ip)),
    )
  }

  #standing(ip: VirtualIp): AddressStanding {
    const owner = this.#election.ownerOf(ip.ip)
    const [lastAsker] = this.askers.of(ip.ip, this.#services.clock.now(), Number.POSITIVE_INFINITY)
    return {
      ...{ address: ip.ip, group: ip.group, state: ip.state, because: ip.because },
      ...(owner && ip.state === 'backup' && { owner: { ...owner, probes: ip.probedByMember } }),
      answered: ip.answered,
      ...(lastAsker && { lastAsker }),
      conflicts: ip.conflicts,
      ...(ip.lastConflict && { lastConflict: ip.lastConflict }),
      ...(ip.lastFailover && { lastFailover: ip.lastFailover }),
    }
  }

  /** The groups that several nodes share. */
  #contested(): SegmentSettings['groups'] {
    return this.#settings.failover === 'vrrp' ? this.#settings.groups : []
  }

  /** Brings every address to where link and election have it. */
  #place(): void {
    const alone = this.#settings.failover === 'none'
    for (const { addresses } of this.#settings.groups) {
      for (const ip of this.#each(addresses)) {
        ip.up()
        if (alone) ip.takeLead(this.#heldBefore(ip), 'failover is none: this node always answers')
        else if (this.#election.leads(ip.ip)) ip.takeLead(this.#heldBefore(ip), 'this node owns its group')
        else ip.dropLead('another node may own its group')
      }
    }
  }

  /** @param advertised what the owner so far had, as far as is known */
  #lead(addresses: readonly Ip[], change: TakeOver, advertised: readonly Ip[]): void {
    const { because, from, failoverMs } = change
    const at = this.#services.clock.now()
    const handed = new Set(advertised)
    for (const ip of this.#each(addresses)) {
      ip.up()
      if (ip.state === 'owner') this.#again(ip.ip)
      else ip.takeLead(handed.has(ip.ip) || this.#heldBefore(ip), because, from)
      if (failoverMs !== undefined) ip.lastFailover = { at, milliseconds: failoverMs }
    }
  }

  #giveUp(addresses: readonly Ip[], because: string): void {
    const alone = this.#settings.failover === 'none'
    const wanted = this.#settings.groups
    for (const ip of this.#each(addresses)) {
      if (alone && wanted.some((group) => group.addresses.includes(ip.ip))) continue
      ip.dropLead(because)
    }
  }

  #heldBefore({ ip }: VirtualIp): boolean {
    return this.#settings.heldBefore.has(ip)
  }

  #create(address: Ip, group: string): VirtualIp {
    const { clock, random, onEvent } = this.#services
    return new VirtualIp(address, group, this.#downBecause, {
      ...{ clock, random },
      probe: (ip) => {
        if (this.#link !== undefined) this.#services.send(probeFrame(ip, this.#link))
      },
      announce: (ip) => this.#announcements.begin(ip),
      settled: (ip) => this.#settled(ip),
      advertise: (ip) => this.#election.advertise(ip),
      defend: (ip) => this.#announce({ to: 'everybody', ip }),
      quiet: (ip) => {
        this.#announcements.end(ip)
        this.#watch.end(ip)
        this.#late.take(ip)
      },
      changed: (ip, from, to, because) => {
        const changed = this.#ips.get(ip)
        if (changed !== undefined) this.#roles.set(ip, changed.role)
        onEvent({ kind: 'ownership', address: ip, from, to, because })
      },
      conflict: (ip, mac, conflicts, defended) =>
        onEvent({ kind: 'conflict', address: ip, mac, conflicts, defended }),
      splitBrain: (ip, mac) =>
        this.#warn(`${mac}, another node, answers for ${ip} too; it is announced again`),
    })
  }

  #forgetUnwanted(): void {
    const kept = new Set(this.#settings.groups.flatMap(({ addresses }) => addresses))
    for (const address of this.#election.handingOver) kept.add(address)
    for (const [address, ip] of this.#ips) {
      if (kept.has(address)) continue
      ip.forget()
      this.askers.forget(address)
      this.#ips.delete(address)
    }
    for (const address of this.#roles.keys()) {
      if (!this.#ips.has(address) && !this.#settings.elsewhere.has(address)) this.#roles.delete(address)
    }
  }

  *#each(addresses: readonly Ip[]): Generator<VirtualIp> {
    for (const address of addresses) {
      const ip = this.#ips.get(address)
      if (ip !== undefined) yield ip
    }
  }

  #settled(address: Ip): void {
    const ip = this.#ips.get(address)
    if (ip === undefined) return
    this.#roles.set(address, ip.role)
    // At once: these are answers, one to a question, and no announcement that could wait.
    for (const asker of this.#late.take(address)) this.#announce({ to: 'asker', ip: address, asker })
    this.#announcements.tell(address, this.#recentAskers(address))
    this.#watch.begin(address)
  }

  #ask(ip: Ip): void {
    const link = this.#link
    if (link !== undefined)
      this.#services.send(questionFrame(ip, primaryAddress(ipVersionOf(ip), link), link))
  }

  #again(ip: Ip): void {
    this.#announcements.again(ip, this.#recentAskers(ip))
  }

  #recentAskers(ip: Ip): readonly RecentAsker[] {
    return this.askers.of(ip, this.#services.clock.now(), recently)
  }

  #announce(due: Due): void {
    if (this.#link === undefined) return
    for (const frame of announcementFrames(due, this.#link)) this.#services.send(frame)
  }

  #advertise(
    priority: number,
    checksum: ChecksumForm,
    { virtualRouterId, advertisementInterval, addresses, primaryIp }: VrrpSettings,
    peers: readonly Ip[],
  ): void {
    if (this.#link === undefined) return
    const advertisement: Advertisement = {
      ...{ virtualRouterId, priority },
      maxAdvertiseInterval: advertisementInterval,
      addresses: advertisedAddresses(addresses),
    }
    if (peers.length === 0) {
      const from = { mac: this.#link.mac, ip: primaryIp, checksum }
      this.#services.send(encodeAdvertisementFrame(advertisement, from))
      return
    }
    for (const peer of peers) {
      const ends = { source: primaryIp, destination: peer, checksum }
      this.#services.sendVrrp(peer, primaryIp, encodeAdvertisement(advertisement, ends))
    }
  }

  #whose(mac: Mac): ReturnType<typeof whose> {
    const virtual = this.#election.ids.some(({ version, id }) => virtualMac(version, id) === mac)
    if (virtual) return 'member'
    return whose(mac, { ours: this.#services.ourMacs(), members: this.#members.macs })
  }

  #ignore(because: Ignored): void {
    this.#ignored.set(because, (this.#ignored.get(because) ?? 0) + 1)
  }

  /** Once: what other routers say is not taken, and why is nothing that this node could change. */
  #warnOf(because: VrrpFault): void {
    const text = deafWords[because]
    if (text !== undefined) this.#warnOnce(because, text)
  }

  #warnOnce(of: VrrpFault | 'mac' | 'ip', text: string): void {
    if (this.#warnedOf.has(of)) return
    this.#warnedOf.add(of)
    this.#warn(text)
  }

  #warn(text: string): void {
    this.#services.onEvent({ kind: 'warning', text })
  }
}
