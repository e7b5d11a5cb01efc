/**
 * Mutated frames through every L2 decoder, the responder, and a whole segment that takes part in an election: node dist/test/fuzz/l2.js [--count 1000000] [--seed 1]
 *
 * Fails when an exception comes out, when a message does not come back from its octets, or when anything but an address
 * that we own is answered for; the frame and the seed that are printed repeat it.
 */
import assert from 'node:assert/strict'
import { parseArgs } from 'node:util'
import { announcementFrames, probeFrame } from '../../arp/announcement.js'
import { decodeArp, encodeArp } from '../../arp/arp/codec.js'
import { hear } from '../../arp/hear.js'
import type { Link, Role } from '../../arp/link.js'
import { decodeNdp, encodeNdp } from '../../arp/ndp/codec.js'
import { Segment } from '../../arp/segment/segment.js'
import type { AdvertisementInterval, VirtualRouterId } from '../../arp/vrrp/message.js'
import { decodeAdvertisementFrame, encodeAdvertisementFrame } from '../../arp/vrrp/packet.js'
import { internetChecksum } from '../../net/checksum.js'
import type { Ip } from '../../net/ip.js'
import type { Mac } from '../../net/mac.js'
import { fakeClock } from '../support/fake-clock.js'
import { hex } from '../support/hex.js'
import { mutateFrame } from './l2-mutate.js'
import { type Prng, prng } from './prng.js'

const { values } = parseArgs({
  options: { count: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } },
})
const count = Number(values.count)
const seed = Number(values.seed)

const ours = '02:00:00:00:00:01' as Mac
const ipv4 = '192.0.2.10' as Ip
const ipv6 = '2001:db8::10' as Ip
const link: Link = {
  mac: ours,
  router: false,
  roles: new Map<Ip, Role>([
    [ipv4, 'owner'],
    [ipv6, 'owner'],
    ['192.0.2.11' as Ip, 'backup'],
  ]),
}

const clock = fakeClock()
const nobody: ReadonlySet<Ip> = new Set()
const segment = new Segment({
  clock,
  random: () => 0.5,
  send: () => undefined,
  sendVrrp: () => undefined,
  ourMacs: () => new Set([ours]),
  onEvent: () => undefined,
})
segment.configure({
  failover: 'vrrp',
  groups: [
    {
      ...{ name: 'default', virtualRouterId: 51 as VirtualRouterId, priority: 100, preempt: false },
      ...{ preemptDelayMs: 0, advertisementInterval: 9 as AdvertisementInterval, unicastPeers: [] },
      ...{ checksum: 'without-pseudo-header', fit: true, addresses: [ipv4, ipv6] },
    },
  ],
  ...{ elsewhere: nobody, heldBefore: new Set([ipv4, ipv6]) },
})
segment.linkUp({ mac: ours, router: false })

const corpus = frameCorpus()
const random = prng(seed)
const outcomes = new Map<string, number>()
let last = new Uint8Array(0)
try {
  for (let i = 0; i < count; i++) {
    last = Uint8Array.from(repaired(mutateFrame(corpus, random), random))
    for (const outcome of decodeAll(last)) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
  }
} catch (error) {
  console.error(`seed ${seed}, frame ${Buffer.from(last).toString('hex')}`)
  throw error
}

for (const [outcome, count] of [...outcomes].sort()) console.log(`${String(count).padStart(9)}  ${outcome}`)
const states = segment
  .report()
  .map(({ state, answered, conflicts }) => `${state}, ${answered} answered, ${conflicts} conflicts`)
console.log(`the segment: ${states.join('; ')}`)
console.log(`${count} frames, seed ${seed}: no exception`)
// A fuzzer whose every frame is refused at the door tests the door.
for (const wanted of ['arp: message', 'ndp: message', 'vrrp: message', 'hear: reply']) {
  assert.ok((outcomes.get(wanted) ?? 0) > count / 1000, `too few of '${wanted}'`)
}

function decodeAll(frame: Uint8Array): string[] {
  const arp = decodeArp(frame)
  if (arp.ok) assert.deepEqual(decodeArp(encodeArp(arp.value)), arp)
  const ndp = decodeNdp(frame)
  if (ndp.ok) assert.deepEqual(decodeNdp(encodeNdp(ndp.value)), ndp)
  const vrrp = decodeAdvertisementFrame(frame, (id) => id !== 99)
  segment.hear(frame)
  segment.hearAdvertisement(frame)
  clock.advance(1)
  const { verdict } = hear(frame, link)
  if (verdict.is === 'reply') assertOurs(verdict.frame)
  const said = verdict.is === 'reply' ? 'reply' : verdict.because
  const name = (result: { ok: true } | { ok: false; because: string }) =>
    result.ok ? 'message' : result.because
  return [`arp: ${name(arp)}`, `ndp: ${name(ndp)}`, `vrrp: ${name(vrrp)}`, `hear: ${said}`]
}

/** An answer is well-formed, comes from us, and is about an address that we own. */
function assertOurs(reply: Uint8Array): void {
  const arp = decodeArp(reply)
  if (arp.ok) {
    assert.equal(arp.value.senderIp, ipv4)
    assert.deepEqual([arp.value.kind, arp.value.senderMac, arp.value.ethernet.source], ['reply', ours, ours])
    return
  }
  const ndp = decodeNdp(reply)
  assert.ok(ndp.ok)
  assert.deepEqual(
    [ndp.value.kind, ndp.value.target, ndp.value.ethernet.source],
    ['neighbor-advertisement', ipv6, ours],
  )
}

/** Half of the IP frames get their checksums back, so that what lies behind the checks is reached as well. */
function repaired(frame: Uint8Array, random: Prng): Uint8Array {
  if (random.oneIn(2)) return frame
  if (frame[12] === 0x86 && frame.length > 60) {
    const protocol = frame[20] ?? 0
    const payload = frame.subarray(54, 54 + (((frame[18] ?? 0) << 8) | (frame[19] ?? 0)))
    const pseudo = Uint8Array.of(
      ...frame.subarray(22, 54),
      0,
      0,
      payload.length >>> 8,
      payload.length,
      0,
      0,
      0,
      protocol,
    )
    putChecksum(payload, protocol === 58 ? 2 : 6, pseudo)
  }
  if (frame[12] === 0x08 && frame[13] === 0 && frame.length > 42) {
    putChecksum(frame.subarray(14, 34), 10, new Uint8Array(0))
    putChecksum(frame.subarray(34, 14 + (frame[17] ?? 0)), 6, new Uint8Array(0))
  }
  return frame
}

function putChecksum(octets: Uint8Array, at: number, before: Uint8Array): void {
  if (octets.length < at + 2) return
  octets[at] = 0
  octets[at + 1] = 0
  const sum = internetChecksum(before, octets)
  octets[at] = sum >>> 8
  octets[at + 1] = sum
}

function frameCorpus(): Uint8Array[] {
  const client = { mac: '02:00:00:00:00:0a' as Mac, router: true }
  const asker = { mac: ours, ip: ipv4 }
  const advertisement = {
    virtualRouterId: 51 as VirtualRouterId,
    priority: 100,
    maxAdvertiseInterval: 100 as AdvertisementInterval,
  }
  return [
    ...announcementFrames({ to: 'everybody', ip: ipv4 }, client),
    ...announcementFrames({ to: 'everybody', ip: ipv6 }, client),
    ...announcementFrames({ to: 'asker', ip: '192.0.2.1' as Ip, asker }, client),
    probeFrame(ipv4, client),
    probeFrame(ipv6, client),
    encodeAdvertisementFrame(
      { ...advertisement, addresses: [ipv4, '192.0.2.11' as Ip] },
      { mac: client.mac, ip: '192.0.2.1' as Ip, checksum: 'without-pseudo-header' },
    ),
    encodeAdvertisementFrame(
      { ...advertisement, addresses: ['fe80::10' as Ip, ipv6] },
      { mac: client.mac, ip: 'fe80::1' as Ip, checksum: 'with-pseudo-header' },
    ),
    hex('ffffffffffff 02000000000a 0806 0001 0800 06 04 0001 02000000000a c0000201 000000000000 c000020a'),
    hex('020000000001 02000000000a 0806 0001 0800 06 04 0001 02000000000a c0000201 000000000000 c000020b'),
    hex(`3333ff000010 02000000000a 86dd 60000000 0020 3a ff
      20010db8000000000000000000000001 ff0200000000000000000001ff000010
      87 00 1c02 00000000 20010db8000000000000000000000010 01 01 02000000000a`),
  ]
}
