import { arpProbe, gratuitousArp } from '../../../arp/arp/announcement.js'
import { decodeArp, encodeArp } from '../../../arp/arp/codec.js'
import type { ArpMessage } from '../../../arp/arp/message.js'
import { etherType, etherTypeOf, groupMac, readEthernet } from '../../../arp/ethernet.js'
import { hear } from '../../../arp/hear.js'
import { decodeNdp, encodeNdp } from '../../../arp/ndp/codec.js'
import { solicitedNodeGroup } from '../../../arp/ndp/group.js'
import type { SegmentEvent } from '../../../arp/segment/event.js'
import { Segment } from '../../../arp/segment/segment.js'
import type { SegmentGroup, SegmentLink, SegmentSettings } from '../../../arp/segment/settings.js'
import type { AdvertisementInterval, VirtualRouterId } from '../../../arp/vrrp/message.js'
import { decodeAdvertisementFrame } from '../../../arp/vrrp/packet.js'
import { ByteReader } from '../../../net/bytes.js'
import { type Ip, type Ipv4, type Ipv6, isIpv4, isIpv6 } from '../../../net/ip.js'
import { broadcastMac, isGroupMac, type Mac, zeroMac } from '../../../net/mac.js'
import type { IpVersion } from '../../../net/prefix.js'
import { fakeClock } from '../../support/fake-clock.js'

export const clientMac = '02:00:00:00:00:c1' as Mac
export const clientIpv4 = '192.0.2.1' as Ipv4
export const vip = '192.0.2.10' as Ip
export const vip6 = '2001:db8::10' as Ip

const nobody: ReadonlySet<Ip> = new Set()

export function group(changed: Partial<SegmentGroup> = {}): SegmentGroup {
  return {
    name: 'default',
    virtualRouterId: 51 as VirtualRouterId,
    priority: 100,
    preempt: false,
    preemptDelayMs: 0,
    advertisementInterval: 9 as AdvertisementInterval,
    unicastPeers: [],
    checksum: 'without-pseudo-header',
    fit: true,
    addresses: [vip],
    ...changed,
  }
}

export function settings(
  groups: readonly SegmentGroup[],
  changed: Partial<SegmentSettings> = {},
): SegmentSettings {
  return { failover: 'vrrp', groups, elsewhere: nobody, heldBefore: nobody, ...changed }
}

interface Node {
  readonly segment: Segment
  readonly link: SegmentLink
  readonly events: SegmentEvent[]
  /** Off: neither hears nor speaks. */
  connected: boolean
  crashed: boolean
  /** Milliseconds for which frames wait before this node reads them, in their order. */
  slow: number
}

/**
 * A client, and nodes, on a switch that delivers after a quarter of a millisecond. The client has one neighbour entry for each address, as
 * Linux keeps it: replaced by what is gratuitous.
 */
export class SegmentLan {
  readonly clock = fakeClock()
  readonly nodes: Node[] = []
  /** What the client believes. */
  readonly neighbours = new Map<Ip, Mac>()
  /** Frames on the wire, by their sender. */
  readonly frames: { readonly at: number; readonly from: Mac; readonly frame: Uint8Array }[] = []
  static readonly latency = 0.25
  /** Stations that have an address and do not say so unless they are asked. */
  readonly holders = new Map<Ip, Mac>()
  /** What the client was told in person, in answer to its question or without. */
  readonly told: { readonly to: Ip; readonly by: Mac; readonly asked: boolean }[] = []
  readonly #announced: Mac[] = []
  #answers = 0

  add(changed: Partial<SegmentLink> = {}): number {
    const index = this.nodes.length
    const link: SegmentLink = {
      mac: `02:00:00:00:00:0${index + 1}` as Mac,
      router: false,
      ipv4: `192.0.2.${index + 101}` as Ipv4,
      ...changed,
    }
    const events: SegmentEvent[] = []
    const node: Node = {
      segment: new Segment({
        clock: {
          now: () => this.clock.now(),
          after: (ms, fire) => this.clock.after(ms, () => node.crashed || fire()),
        },
        random: () => 0.5,
        send: (frame) => this.#send(node, link.mac, frame),
        sendVrrp: () => undefined,
        ourMacs: () => new Set([link.mac]),
        onEvent: (event) => events.push(event),
      }),
      ...{ link, events, connected: true, crashed: false, slow: 0 },
    }
    this.nodes.push(node)
    return index
  }

  node(i: number): Node {
    const node = this.nodes[i]
    if (node === undefined) throw new Error(`no node ${i}`)
    return node
  }

  start(i: number, wanted: SegmentSettings): void {
    const { segment, link } = this.node(i)
    segment.configure(wanted)
    segment.linkUp(link)
  }

  crash(i: number): void {
    Object.assign(this.node(i), { crashed: true, connected: false })
  }

  state(i: number, address: Ip = vip): string {
    const standing = this.node(i)
      .segment.report()
      .find((each) => each.address === address)
    return standing?.state ?? 'none'
  }

  /** 'FROM -> TO: BECAUSE' of an address. */
  changes(i: number, address: Ip = vip): readonly string[] {
    return this.node(i).events.flatMap((event) =>
      event.kind === 'ownership' && event.address === address
        ? [`${event.from} -> ${event.to}: ${event.because}`]
        : [],
    )
  }

  /** How many nodes answer a question that the client puts to all, once it is over. */
  ask(address: Ip = vip): number {
    this.#answers = 0
    this.fromClient(question(address))
    this.clock.advance(2 * SegmentLan.latency)
    return this.#answers
  }

  /**
   * The client asks again and again, each time in the name of another station, and waits for the last answers.
   * `nobody`: whom no node told anything; `several`: whom more than one node answered; `by`: who told, in that order.
   */
  interrogate(address: Ip, { forMs, everyMs }: { readonly forMs: number; readonly everyMs: number }) {
    const asked = Array.from({ length: forMs / everyMs }, (_, i) => station(i, isIpv4(address) ? 4 : 6))
    for (const sender of asked) {
      this.fromClient(question(address, clientMac, sender))
      this.clock.advance(everyMs)
    }
    this.clock.advance(100)
    const told = new Map(asked.map((sender) => [sender, [] as (typeof this.told)[number][]]))
    for (const each of this.told) told.get(each.to)?.push(each)
    return {
      nobody: asked.filter((sender) => told.get(sender)?.length === 0),
      several: asked.filter((sender) => (told.get(sender) ?? []).filter((each) => each.asked).length > 1),
      by: [...new Set([...told.values()].flatMap((each) => each.map(({ by }) => by)))],
    }
  }

  /** The client, or another station, says something. */
  fromClient(frame: Uint8Array): void {
    this.#send(undefined, clientMac, frame)
  }

  advertisementsOf(mac: Mac, since = 0): readonly number[] {
    return this.frames
      .filter(({ from, at }) => from === mac && at >= since)
      .flatMap(({ frame }) => {
        const decoded = decodeAdvertisementFrame(frame, () => true)
        return decoded.ok ? [decoded.value.advertisement.priority] : []
      })
  }

  #send(sender: Node | undefined, from: Mac, frame: Uint8Array): void {
    if (sender !== undefined && !sender.connected) return
    this.frames.push({ at: this.clock.now(), from, frame })
    const { destination } = readEthernet(new ByteReader(frame))
    this.clock.after(SegmentLan.latency, () => {
      for (const node of this.nodes) {
        if (node === sender || !node.connected) continue
        if (!isGroupMac(destination) && destination !== node.link.mac) continue
        if (node.slow === 0) hears(node, frame)
        else this.clock.after(node.slow, () => hears(node, frame))
      }
      this.#holderAnswers(frame)
      if (sender !== undefined && (isGroupMac(destination) || destination === clientMac)) this.#learn(frame)
    })
  }

  #holderAnswers(frame: Uint8Array): void {
    for (const [ip, mac] of this.holders) {
      const { verdict } = hear(frame, { mac, router: false, roles: new Map([[ip, 'owner']]) })
      if (verdict.is === 'reply') this.#send(undefined, mac, verdict.frame)
    }
  }

  /** A reply behind a request in person is the other half of an announcement. */
  #answered({ senderMac, targetIp, ethernet }: ArpMessage): void {
    if (ethernet.destination !== clientMac) return
    const announced = this.#announced.indexOf(senderMac)
    if (announced !== -1) this.#announced.splice(announced, 1)
    this.told.push({ to: targetIp, by: senderMac, asked: announced === -1 })
  }

  #learn(frame: Uint8Array): void {
    if (etherTypeOf(frame) === etherType.arp) {
      const arp = decodeArp(frame)
      if (!arp.ok || arp.value.senderIp === ('0.0.0.0' as Ip)) return
      const { senderIp, senderMac, kind, targetIp } = arp.value
      if (kind === 'reply' && targetIp === clientIpv4) this.#answers++
      if (kind === 'reply') this.#answered(arp.value)
      else if (arp.value.ethernet.destination === clientMac) this.#announced.push(senderMac)
      if (kind === 'reply' || senderIp === targetIp) this.neighbours.set(senderIp, senderMac)
      return
    }
    const ndp = decodeNdp(frame)
    if (!ndp.ok || ndp.value.kind !== 'neighbor-advertisement') return
    if (ndp.value.solicited) this.#answers++
    const { ethernet, destination: to, solicited: asked } = ndp.value
    if (ethernet.destination === clientMac) this.told.push({ to, by: ethernet.source, asked })
    if (ndp.value.override) this.neighbours.set(ndp.value.target, ndp.value.ethernet.source)
  }
}

function hears({ segment }: Node, frame: Uint8Array): void {
  const isVrrp = decodeAdvertisementFrame(frame, () => true).ok
  if (isVrrp) segment.hearAdvertisement(frame)
  else segment.hear(frame)
}

function station(i: number, version: IpVersion): Ip {
  if (version === 6) return `2001:db8:1::${(i + 1).toString(16)}` as Ip
  return `198.${18 + Math.trunc(i / 65_536)}.${Math.trunc(i / 256) % 256}.${i % 256}` as Ip
}

export function question(address: Ip, mac: Mac = clientMac, sender?: Ip): Uint8Array {
  if (isIpv4(address)) {
    return encodeArp({
      kind: 'request',
      ethernet: { destination: broadcastMac, source: mac },
      ...{ senderMac: mac, targetMac: zeroMac, targetIp: address },
      senderIp: (sender ?? clientIpv4) as Ipv4,
    })
  }
  if (!isIpv6(address)) throw new Error(address)
  const destination = solicitedNodeGroup(address)
  return encodeNdp({
    kind: 'neighbor-solicitation',
    ethernet: { destination: groupMac(destination), source: mac },
    source: (sender ?? '2001:db8::1') as Ipv6,
    ...{ destination, target: address },
    options: [{ kind: 'source-link-layer-address', mac }],
  })
}

/** A station that has an IPv4 address says so. */
export function claim(mac: Mac, address: Ip = vip): Uint8Array {
  const [first] = gratuitousArp(address as Ipv4, mac) as [ArpMessage]
  return encodeArp(first)
}

export function probe(mac: Mac, address: Ip = vip): Uint8Array {
  return encodeArp(arpProbe(address as Ipv4, mac))
}

export const both = () => settings([group({ addresses: [vip, vip6] })])
export const alone = () => settings([group({ addresses: [vip, vip6] })], { failover: 'none' })
/** Longer than probing takes. */
export const long = 10_000

/** Two nodes, of which the first owns the addresses. */
export function pair(first = both(), second = both()): SegmentLan {
  const lan = new SegmentLan()
  lan.add()
  lan.add()
  lan.start(0, first)
  lan.clock.advance(long)
  lan.start(1, second)
  lan.clock.advance(long)
  return lan
}
