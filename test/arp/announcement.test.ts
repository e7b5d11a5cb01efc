import t from 'tap'
import type { Due } from '../../arp/address/announcer.js'
import { announcementFrames, probeFrame } from '../../arp/announcement.js'
import type { Ip } from '../../net/ip.js'
import type { Mac } from '../../net/mac.js'
import { hex } from '../support/hex.js'

const mac = '02:00:00:00:00:0a' as Mac
const ipv4 = '192.0.2.10' as Ip
const ipv6 = '2001:db8::10' as Ip
const asker = (ip: string) => ({ ip: ip as Ip, mac: '02:00:00:00:00:0b' as Mac })
const link = { mac, router: false }

const told: { name: string; due: Due; frames: string[] }[] = [
  {
    name: 'everybody hears of an IPv4 address in both gratuitous forms, the request first',
    due: { to: 'everybody', ip: ipv4 },
    frames: [
      `ffffffffffff 02000000000a 0806 0001 0800 06 04 0001
       02000000000a c000020a 000000000000 c000020a`,
      `ffffffffffff 02000000000a 0806 0001 0800 06 04 0002
       02000000000a c000020a 02000000000a c000020a // the target hardware address of RFC 5944 §4.6`,
    ],
  },
  {
    name: 'everybody hears of an IPv6 address octet by octet as from keepalived',
    due: { to: 'everybody', ip: ipv6 },
    frames: [
      `333300000001 02000000000a 86dd 60000000 0020 3a ff
       20010db8000000000000000000000010 ff020000000000000000000000000001
       88 00 f903 20000000 20010db8000000000000000000000010 02 01 02000000000a`,
    ],
  },
  {
    name: 'an IPv4 asker hears the request and the reply that it would have got',
    due: { to: 'asker', ip: ipv4, asker: asker('192.0.2.2') },
    frames: [
      `02000000000b 02000000000a 0806 0001 0800 06 04 0001
       02000000000a c000020a 000000000000 c000020a`,
      `02000000000b 02000000000a 0806 0001 0800 06 04 0002
       02000000000a c000020a 02000000000b c0000202`,
    ],
  },
  {
    name: 'an IPv6 asker hears an advertisement of its own',
    due: { to: 'asker', ip: ipv6, asker: asker('2001:db8::1') },
    frames: [
      `02000000000b 02000000000a 86dd 60000000 0020 3a ff
       20010db8000000000000000000000010 20010db8000000000000000000000001
       88 00 ca4d 20000000 20010db8000000000000000000000010 02 01 02000000000a`,
    ],
  },
]

t.ok(told.length > 0, 'there is something to tell')
for (const { name, due, frames } of told) {
  t.test(name, async (t) => {
    t.same(announcementFrames(due, link), frames.map(hex))
  })
}

t.test('the router flag of an announcement says what the kernel does', async (t) => {
  const [frame] = announcementFrames({ to: 'everybody', ip: ipv6 }, { mac, router: true })
  t.equal(frame![58], 0xa0)
})

t.test('an asker of the other IP version has nothing to hear', async (t) => {
  t.same(announcementFrames({ to: 'asker', ip: ipv4, asker: asker('2001:db8::1') }, link), [])
  t.same(announcementFrames({ to: 'asker', ip: ipv6, asker: asker('192.0.2.2') }, link), [])
})

t.test('an ARP probe names no sender address (RFC 5227 §2.1.1)', async (t) => {
  t.same(
    probeFrame(ipv4, link),
    hex(`ffffffffffff 02000000000a 0806 0001 0800 06 04 0001
      02000000000a 00000000 000000000000 c000020a`),
  )
})

t.test('duplicate address detection is as the kernel sends it, without its nonce', async (t) => {
  t.same(
    probeFrame('2001:db8::1' as Ip, link),
    hex(`3333ff000001 02000000000a 86dd 60000000 0018 3a ff
      00000000000000000000000000000000 ff0200000000000000000001ff000001
      87 00 4ced 00000000 20010db8000000000000000000000001`),
  )
})
