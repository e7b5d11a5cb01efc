import t from 'tap'
import { type PacketKind, packetFilter, refuseAll } from '../../../src/os/packet-filters.js'
import { runFilter } from '../../support/classic-bpf.js'
import { frames } from '../../support/frames.js'
import { hex } from '../../support/hex.js'

const kinds = Object.keys(frames) as PacketKind[]
t.equal(kinds.length, 4)

for (const kind of kinds) {
  const program = packetFilter(kind)
  const passes = (frame: Uint8Array) => runFilter(program, frame) > 0

  t.test(`${kind} passes a socket of its own kind and no other, whole`, async (t) => {
    for (const other of kinds) {
      const frame = hex(frames[other])
      t.equal(runFilter(program, frame) >= frame.length, kind === other, other)
    }
    t.notOk(runFilter(refuseAll, hex(frames[kind])))
  })

  t.test(`${kind}: no frame is too short to be judged`, async (t) => {
    const frame = hex(frames[kind])
    for (let length = 0; length < frame.length; length++) t.type(passes(frame.subarray(0, length)), 'boolean')
    t.notOk(passes(frame.subarray(0, 20)))
  })

  t.test(`${kind}: every jump stays inside, as the kernel demands`, async (t) => {
    program.forEach(({ jt, jf }, at) => {
      t.ok(at + 1 + Math.max(jt, jf) < program.length || program[at]?.code === 0x06, `instruction ${at}`)
    })
    t.equal(program.at(-1)?.code, 0x06)
  })
}

interface Change {
  readonly name: string
  readonly kind: PacketKind
  /** From this octet of the frame on. */
  readonly at: number
  readonly octets: string
  readonly passes: boolean
}

const changes: readonly Change[] = [
  { name: 'an ARP reply', kind: 'arp', at: 20, octets: '0002', passes: true },
  { name: 'ARP sent to us alone', kind: 'arp', at: 0, octets: '02000000000b', passes: true },
  { name: 'RARP', kind: 'arp', at: 20, octets: '0003', passes: false },
  { name: 'ARP operation 0', kind: 'arp', at: 20, octets: '0000', passes: false },
  { name: 'ARP of another hardware', kind: 'arp', at: 14, octets: '0020', passes: false },
  { name: 'ARP for another protocol', kind: 'arp', at: 16, octets: '86dd', passes: false },
  { name: 'ARP with hardware addresses of 8 octets', kind: 'arp', at: 18, octets: '0804', passes: false },
  { name: 'ARP with a VLAN tag', kind: 'arp', at: 12, octets: '8100', passes: false },

  { name: 'a Neighbor Advertisement', kind: 'ndp', at: 54, octets: '88', passes: true },
  { name: 'a Router Solicitation', kind: 'ndp', at: 54, octets: '85', passes: false },
  { name: 'a Redirect', kind: 'ndp', at: 54, octets: '89', passes: false },
  { name: 'an echo request', kind: 'ndp', at: 54, octets: '80', passes: false },
  { name: 'a solicitation that has passed a router', kind: 'ndp', at: 21, octets: 'fe', passes: false },
  { name: 'a hop-by-hop header before ICMPv6', kind: 'ndp', at: 20, octets: '00', passes: false },
  { name: 'a fragment header', kind: 'ndp', at: 20, octets: '2c', passes: false },

  {
    name: 'VRRP with a TTL for the decoder to refuse',
    kind: 'vrrp-ipv4',
    at: 22,
    octets: 'fe',
    passes: true,
  },
  { name: 'VRRP to us alone', kind: 'vrrp-ipv4', at: 30, octets: 'c0a80105', passes: true },
  { name: 'VRRP with IP options', kind: 'vrrp-ipv4', at: 14, octets: '46', passes: true },
  { name: 'VRRP that may be fragmented', kind: 'vrrp-ipv4', at: 20, octets: '0000', passes: true },
  { name: 'a first fragment', kind: 'vrrp-ipv4', at: 20, octets: '2000', passes: false },
  { name: 'a later fragment', kind: 'vrrp-ipv4', at: 20, octets: '0001', passes: false },
  { name: 'UDP', kind: 'vrrp-ipv4', at: 23, octets: '11', passes: false },

  { name: 'VRRP for IPv6 to us alone', kind: 'vrrp-ipv6', at: 38, octets: 'fe80', passes: true },
  { name: 'VRRP behind another header', kind: 'vrrp-ipv6', at: 20, octets: '00', passes: false },
  { name: 'TCP', kind: 'vrrp-ipv6', at: 20, octets: '06', passes: false },
]

t.ok(changes.length > 0)
for (const { name, kind, at, octets, passes } of changes) {
  t.test(`${name} ${passes ? 'passes' : 'does not pass'}`, async (t) => {
    const frame = hex(frames[kind])
    const changed = hex(octets)
    t.not(Buffer.from(frame.subarray(at, at + changed.length)).toString('hex'), octets, 'it is a change')
    frame.set(changed, at)
    t.equal(runFilter(packetFilter(kind), frame) > 0, passes)
  })
}
