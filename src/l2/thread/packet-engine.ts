import type { SegmentEvent } from '../../../arp/segment/event.js'
import type { AddressStanding } from '../../../arp/segment/report.js'
import { isMalformed } from '../../../arp/segment/report.js'
import type { SegmentGroup } from '../../../arp/segment/settings.js'
import type { Ip } from '../../../net/ip.js'
import type { Mac } from '../../../net/mac.js'
import { wallTime } from '../../clock.js'
import type { Descriptor } from '../../os/descriptor.js'
import type { KernelLink } from '../../os/link-table.js'
import { type LinkWatch, openLinkWatch } from '../../os/link-watch.js'
import { createMemberships, type Memberships } from '../../os/multicast.js'
import { createPoller, type Poller } from '../../os/poller.js'
import type { L2Event } from '../event.js'
import type { AddressReport, AskerReport, InterfaceReport, L2Report } from '../report.js'
import type { L2Settings } from '../settings.js'
import { LoopClock } from './loop-clock.js'
import { Nic } from './nic.js'
import { type Placement, placementOf } from './placement.js'

/** The longest that the loop sleeps, in milliseconds: a thread that waits in the kernel cannot be ended from outside. */
const longestWait = 500

const nothing: L2Settings = { failover: 'none', groups: [], promiscuous: 'off', heldBefore: [] }

/** Everything of L2 on this host, in the one loop of its thread: frames, links and timers in, frames and events out. */
export class PacketEngine {
  readonly #clock = new LoopClock(() => performance.now())
  readonly #poller: Poller = createPoller()
  readonly #memberships: Memberships = createMemberships()
  readonly #watch: LinkWatch = openLinkWatch()
  readonly #nics = new Map<string, Nic>()
  readonly #onEvent: (event: L2Event) => void
  #settings = nothing
  #placements: ReadonlyMap<Ip, Placement> = new Map()
  #ourMacs: ReadonlySet<Mac> = new Set()
  #links = new Map<string, string>()
  #handingOver: (() => void)[] = []
  #running = true

  /** @throws OsError where netlink cannot be had */
  constructor(onEvent: (event: L2Event) => void) {
    this.#onEvent = onEvent
    this.#poller.add(this.#watch.descriptor, () => {
      if (this.#watch.read() !== undefined) this.#relink()
    })
    this.#relink()
  }

  /** Calls back whenever another thread wakes this one. */
  onWake(descriptor: Descriptor, read: () => void): void {
    this.#poller.add(descriptor, read)
  }

  /** Until `stop`. What has arrived is read before a timer fires: a thread that was held up hears first. */
  run(): void {
    while (this.#running) {
      this.#poller.wait(this.#clock.wait(longestWait))
      this.#clock.fire()
      this.#settle()
    }
    this.#close()
  }

  configure(settings: L2Settings): void {
    this.#settings = settings
    this.#place()
  }

  /** @param done called once every address is given away, or it is clear that nobody takes it */
  handOver(done: () => void): void {
    this.#settings = { ...this.#settings, groups: [] }
    this.#handingOver.push(done)
    this.#place()
  }

  stop(): void {
    this.#running = false
  }

  report(): L2Report {
    const standings = new Map<Ip, { readonly nic: Nic; readonly standing: AddressStanding }>()
    for (const nic of this.#nics.values()) {
      for (const standing of nic.segment.report()) standings.set(standing.address, { nic, standing })
    }
    const addresses = this.#settings.groups.flatMap(({ name, addresses }) =>
      addresses.map((address): AddressReport => {
        const known = standings.get(address)
        if (known !== undefined) return this.#addressReport(known.nic, known.standing)
        const placement = this.#placements.get(address)
        const because = placement?.is === 'nowhere' ? placement.because : undefined
        return {
          ...{ address, group: name, state: 'nowhere', answered: 0, conflicts: 0 },
          ...(because !== undefined && { because }),
        }
      }),
    )
    return { addresses, interfaces: [...this.#nics.values()].map((nic) => this.#interfaceReport(nic)) }
  }

  askers(address?: Ip): readonly AskerReport[] {
    const all = [...this.#nics.values()].flatMap(({ name, segment }) =>
      segment.askers
        .all()
        .filter(({ target }) => address === undefined || target === address)
        .map((asker) => ({ name, asker })),
    )
    return all
      .toSorted((a, b) => b.asker.lastAt - a.asker.lastAt)
      .map(({ name, asker: { target, ip, mac, firstAt, lastAt, asked } }) => ({
        ...{ target, address: ip, mac, interface: name, asked },
        ...{ firstAt: this.#wall(firstAt), lastAt: this.#wall(lastAt) },
      }))
  }

  /** Links have changed. */
  #relink(): void {
    const macs = [...this.#watch.links.values()].flatMap(({ mac }) => mac ?? [])
    this.#ourMacs = new Set(macs)
    this.#place()
  }

  /** Brings every interface to what settings and links want of it. */
  #place(): void {
    const { groups, failover, interfaces, heldBefore } = this.#settings
    const links = [...this.#watch.links.values()]
    const placements = new Map<Ip, Placement>()
    for (const { addresses } of groups) {
      for (const address of addresses) {
        const before = this.#placements.get(address)
        const at = before?.is === 'on' ? before.interface : undefined
        placements.set(address, placementOf(address, interfaces, links, at))
      }
    }
    this.#placements = placements
    const names = new Set(this.#nics.keys())
    for (const placement of placements.values()) if (placement.is === 'on') names.add(placement.interface)
    const isOn = (address: Ip, name: string) => {
      const placement = placements.get(address)
      return placement?.is === 'on' && placement.interface === name
    }
    for (const name of names) {
      const here = groups.map(
        (group): SegmentGroup => ({
          ...group,
          addresses: group.addresses.filter((address) => isOn(address, name)),
        }),
      )
      const elsewhere = new Set([...placements.keys()].filter((address) => !isOn(address, name)))
      const nic = this.#nicOf(name)
      const link = links.find((each) => each.name === name)
      this.#tellLink(name, link)
      const wanted = { failover, groups: here, elsewhere, heldBefore: new Set(heldBefore) }
      nic.update(wanted, link, this.#isPromiscuous(link))
    }
    this.#settle()
  }

  #nicOf(name: string): Nic {
    const known = this.#nics.get(name)
    if (known !== undefined) return known
    const nic = new Nic(name, {
      clock: this.#clock,
      random: Math.random,
      ourMacs: () => this.#ourMacs,
      poller: this.#poller,
      memberships: this.#memberships,
      onEvent: (event) => this.#onSegment(name, event),
      onTrouble: (text) => this.#onEvent({ kind: 'warning', text }),
    })
    this.#nics.set(name, nic)
    return nic
  }

  #isPromiscuous(link: KernelLink | undefined): boolean {
    switch (this.#settings.promiscuous) {
      case 'on':
        return true
      case 'off':
        return false
      case 'auto':
        return link?.wireless === true
    }
  }

  #onSegment(name: string, event: SegmentEvent): void {
    if (event.kind === 'warning') this.#onEvent({ kind: 'warning', text: `${name}: ${event.text}` })
    else this.#onEvent({ ...event, interface: name })
  }

  #tellLink(name: string, link: KernelLink | undefined): void {
    const text = linkWords(link)
    const before = this.#links.get(name)
    this.#links.set(name, text)
    if (before !== undefined && before !== text) this.#onEvent({ kind: 'interface', interface: name, text })
  }

  /** Hand-overs that are over, and interfaces that nothing is on any more. */
  #settle(): void {
    if (this.#handingOver.length === 0 && this.#nics.size === this.#inUse()) return
    for (const [name, nic] of this.#nics) {
      if (!nic.segment.isSettled || this.#isUsed(name)) continue
      nic.close()
      this.#nics.delete(name)
      this.#links.delete(name)
    }
    if ([...this.#nics.values()].some(({ segment }) => !segment.isSettled)) return
    for (const done of this.#handingOver.splice(0)) done()
  }

  #inUse(): number {
    let used = 0
    for (const name of this.#nics.keys()) if (this.#isUsed(name)) used++
    return used
  }

  #isUsed(name: string): boolean {
    for (const placement of this.#placements.values()) {
      if (placement.is === 'on' && placement.interface === name) return true
    }
    return false
  }

  #addressReport(nic: Nic, standing: AddressStanding): AddressReport {
    const { address, group, state, because, owner, answered, conflicts } = standing
    const { lastAsker, lastConflict, lastFailover } = standing
    const mac = this.#linkOf(nic.name)?.mac
    return {
      ...{ address, group, interface: nic.name, ...(mac !== undefined && { mac }), state },
      ...(state !== 'owner' && state !== 'backup' && { because }),
      ...(owner && {
        owner: {
          ...{ address: owner.ip, priority: owner.priority },
          ...{ advertises: owner.advertises, probes: owner.probes },
        },
      }),
      answered,
      ...(lastAsker && {
        lastAsker: { at: this.#wall(lastAsker.lastAt), address: lastAsker.ip, mac: lastAsker.mac },
      }),
      conflicts,
      ...(lastConflict && { lastConflict: { at: this.#wall(lastConflict.at), mac: lastConflict.mac } }),
      ...(lastFailover && {
        lastFailover: { at: this.#wall(lastFailover.at), milliseconds: lastFailover.milliseconds },
      }),
    }
  }

  #interfaceReport(nic: Nic): InterfaceReport {
    const link = this.#linkOf(nic.name)
    const ignored = [...nic.segment.ignored]
    const malformed = ignored.reduce((sum, [because, count]) => sum + (isMalformed(because) ? count : 0), 0)
    return {
      interface: nic.name,
      ...(link?.mac !== undefined && { mac: link.mac }),
      up: link?.up === true && link.running,
      promiscuous: nic.promiscuous,
      malformed,
      ignored: Object.fromEntries(ignored),
      dropped: nic.dropped,
    }
  }

  #linkOf(name: string): KernelLink | undefined {
    for (const link of this.#watch.links.values()) if (link.name === name) return link
    return undefined
  }

  #wall(at: number): string {
    return wallTime(at - this.#clock.now())
  }

  #close(): void {
    for (const nic of this.#nics.values()) {
      nic.segment.stop()
      nic.close()
    }
    this.#memberships.close()
    this.#watch.close()
    this.#poller.close()
  }
}

function linkWords(link: KernelLink | undefined): string {
  if (link === undefined) return 'is not there'
  if (!link.up) return 'is down'
  if (link.master !== undefined) return 'is a member of a bridge or bond'
  return link.running ? `is up, with MAC address ${link.mac ?? 'none'}` : 'has no carrier'
}
