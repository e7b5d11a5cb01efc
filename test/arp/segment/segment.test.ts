import t from 'tap'
import type { SegmentLink } from '../../../arp/segment/settings.js'
import type { AdvertisementInterval, VirtualRouterId } from '../../../arp/vrrp/message.js'
import { encodeAdvertisementFrame } from '../../../arp/vrrp/packet.js'
import type { Ip, Ipv4 } from '../../../net/ip.js'
import type { Mac } from '../../../net/mac.js'
import { alone, both, group, long, pair, probe, question, SegmentLan, settings, vip, vip6 } from './lan.js'

const stranger = '02:00:00:00:00:66' as Mac

t.test('without failover an address is probed, claimed, announced and answered', async (t) => {
  const lan = new SegmentLan()
  lan.add()
  lan.start(0, alone())
  t.equal(lan.ask(), 0, 'not before it is known to be free')
  t.equal(lan.state(0), 'probing')
  lan.clock.advance(long)
  t.equal(lan.ask(), 1)
  t.equal(lan.ask(vip6), 1)
  t.equal(lan.neighbours.get(vip), lan.node(0).link.mac)
  t.same(lan.changes(0), [
    'nowhere -> probing: failover is none: this node always answers',
    'probing -> owner: nobody else has it',
  ])
  t.equal(lan.ask('192.0.2.11' as Ip), 0, 'nothing is answered for other addresses')
  t.equal(lan.node(0).segment.report()[0]?.answered, 1)
  t.equal(lan.advertisementsOf(lan.node(0).link.mac).length, 0, 'and no VRRP is spoken')
})

t.test('one of two nodes owns, and the other is silent and knows who does', async (t) => {
  const lan = pair()
  t.same([lan.state(0), lan.state(1)], ['owner', 'backup'])
  t.equal(lan.ask(), 1)
  t.equal(lan.ask(vip6), 1)
  const [standing] = lan.node(1).segment.report()
  t.same(standing?.owner, { ip: lan.node(0).link.ipv4, priority: 100, advertises: true, probes: false })
})

t.test('an owner that has other addresses is told from one that has them all', async (t) => {
  const lan = new SegmentLan()
  lan.add()
  lan.add()
  lan.start(0, settings([group({ priority: 150 })]))
  lan.clock.advance(long)
  const more = '192.0.2.11' as Ip
  lan.start(1, settings([group({ addresses: [vip, more] })]))
  lan.clock.advance(long)
  t.same(
    lan
      .node(1)
      .segment.report()
      .map(({ address, state, owner }) => [address, state, owner?.advertises]),
    [
      [vip, 'backup', true],
      [more, 'backup', false],
    ],
  )
})

const twins: readonly {
  readonly name: string
  readonly second: Partial<SegmentLink>
  readonly text: RegExp
}[] = [
  {
    name: 'the same IPv4 address',
    second: { ipv4: '192.0.2.101' as Ipv4 },
    text: /^02:00:00:00:00:0[12] advertises from 192\.0\.2\.101, which is this node's own address: two hosts have it$/,
  },
  {
    name: 'the same MAC address',
    second: { mac: '02:00:00:00:00:01' as Mac },
    text: /^192\.0\.2\.10[12] advertises with this node's own MAC address, 02:00:00:00:00:01: two hosts have it$/,
  },
]

for (const { name, second, text } of twins) {
  t.test(`two nodes with ${name} are told of it once`, async (t) => {
    const lan = new SegmentLan()
    lan.add()
    lan.add(second)
    lan.start(0, settings([group()]))
    lan.start(1, settings([group()]))
    lan.clock.advance(2 * long)
    for (const { events } of lan.nodes) {
      const told = events.flatMap((event) => (event.kind === 'warning' ? [event.text] : []))
      t.equal(told.filter((each) => text.test(each)).length, 1, told.join('\n'))
    }
    const states = [lan.state(0), lan.state(1)].toSorted()
    if (second.mac !== undefined) t.same(states, ['backup', 'owner'], 'they agree all the same')
  })
}

t.test('an owner that crashes is replaced within three intervals and the skew', async (t) => {
  const lan = pair()
  lan.crash(0)
  const at = lan.clock.now()
  while (lan.state(1) !== 'owner') {
    lan.clock.advance(1)
    if (lan.clock.now() - at > 1000) throw new Error('nobody takes over')
  }
  const outage = lan.clock.now() - at
  t.ok(outage <= 3 * 90 + (156 / 256) * 90 + 1, `${outage} ms`)
  lan.clock.advance(SegmentLan.latency)
  t.equal(lan.neighbours.get(vip), lan.node(1).link.mac, 'and the client knows at once')
  t.equal(lan.neighbours.get(vip6), lan.node(1).link.mac)
  const failover = lan.node(1).segment.report()[0]?.lastFailover?.milliseconds ?? 0
  t.ok(failover > 0 && failover <= 326, `${failover} ms`)
  t.match(lan.changes(1).at(-1), /^backup -> owner: 192\.0\.2\.101 was not heard for \d+ ms$/)
})

t.test('a cut link makes two owners, and the first advertisement after it one again', async (t) => {
  // A short cut heals while the announcements of the take-over still go on.
  for (const [lower, cutMs] of [
    [0, 2000],
    [1, 2000],
    [0, 600],
    [1, 600],
  ] as const) {
    const priorities = [lower === 0 ? 90 : 110, 100]
    const lan = pair(
      settings([group({ priority: priorities[0] as number })]),
      settings([group({ priority: priorities[1] as number })]),
    )
    lan.node(0).connected = false
    lan.clock.advance(cutMs)
    t.same([lan.state(0), lan.state(1)], ['owner', 'owner'])
    lan.node(0).connected = true
    // Its frames were lost in the cut, or the last that was heard.
    lan.neighbours.set(vip, lan.node(lower).link.mac)
    lan.clock.advance(100)
    const winner = lower === 0 ? 1 : 0
    t.same([lan.state(winner), lan.state(1 - winner)], ['owner', 'backup'])
    t.equal(lan.neighbours.get(vip), lan.node(winner).link.mac, 'whose announcement is the last')
    t.equal(lan.ask(), 1)
  }
})

t.test('a node that returns leaves the addresses where they are', async (t) => {
  const lan = pair(settings([group({ priority: 200 })]))
  const { segment, link } = lan.node(0)
  segment.linkDown('eth0 has no carrier')
  lan.node(0).connected = false
  t.equal(lan.state(0), 'nowhere')
  lan.clock.advance(1000)
  t.equal(lan.state(1), 'owner')
  lan.node(0).connected = true
  segment.linkUp(link)
  lan.clock.advance(long)
  t.same([lan.state(0), lan.state(1)], ['backup', 'owner'])
  t.ok(lan.changes(0).includes('owner -> nowhere: eth0 has no carrier'))
})

t.test('with preemption, and after its delay, it takes them back', async (t) => {
  const eager = settings([group({ priority: 200, preempt: true, preemptDelayMs: 5000 })])
  const lan = pair(both(), eager)
  t.same([lan.state(0), lan.state(1)], ['backup', 'owner'])
  t.match(lan.changes(1).at(-1), /192\.0\.2\.101 has priority 100, this node 200$/)
})

t.test('a link that is down tells why it is so now', async (t) => {
  const lan = pair()
  const { segment } = lan.node(0)
  for (const because of ['eth0 has no carrier', 'eth0 is down', 'eth0 is not there']) {
    segment.linkDown(because)
    t.match(segment.report(), [{ state: 'nowhere', because }, { because }])
  }
  t.equal(lan.changes(0).filter((change) => change.includes('-> nowhere')).length, 1, 'which changes nothing')
})

t.test('a link that is back before anybody could take over goes on at once', async (t) => {
  const lan = pair()
  const { segment, link } = lan.node(0)
  segment.linkDown('eth0 is down')
  lan.clock.advance(50)
  segment.linkUp({ ...link, mac: '02:00:00:00:00:0f' as Mac })
  t.equal(lan.state(0), 'owner')
  lan.clock.advance(long)
  t.same([lan.state(0), lan.state(1)], ['owner', 'backup'])
})

t.test('a node that is not fit offers what it has, and keeps what nobody takes', async (t) => {
  const unfit = settings([group({ addresses: [vip, vip6], fit: false })])
  const lan = pair()
  lan.node(0).segment.configure(unfit)
  lan.clock.advance(200)
  t.same([lan.state(0), lan.state(1)], ['backup', 'owner'])
  lan.node(1).segment.configure(unfit)
  lan.clock.advance(3000)
  t.same([lan.state(0), lan.state(1)], ['backup', 'owner'], 'where none is fit, it stays')
  t.equal(lan.ask(), 1)
  lan.node(0).segment.configure(both())
  lan.clock.advance(1000)
  t.same(
    [lan.state(0), lan.state(1)],
    ['owner', 'backup'],
    'and goes to the first that is, without preemption',
  )
  lan.node(0).segment.configure(unfit)
  lan.clock.advance(1000)
  lan.crash(0)
  lan.clock.advance(1000)
  t.equal(lan.state(1), 'owner', 'one that is not fit is better than none')
})

t.test('a probe of another station is answered, and its sender not remembered', async (t) => {
  const lan = pair()
  const before = lan.frames.length
  lan.fromClient(probe(stranger))
  lan.clock.advance(1)
  const replies = lan.frames.slice(before + 1).filter(({ frame }) => frame[13] === 0x06)
  t.equal(replies.length, 1)
  t.same(lan.node(0).segment.askers.all(), [])
})

t.test('who asked the owner is told in person by the next one', async (t) => {
  const lan = pair()
  lan.ask()
  lan.crash(0)
  const before = lan.frames.length
  lan.clock.advance(400)
  const unicast = lan.frames.slice(before).filter(({ frame }) => frame[13] === 0x06 && frame[0] === 0x02)
  t.ok(unicast.length >= 2, 'both forms, to the client alone')
})

t.test('what is answered on another interface is not answered here', async (t) => {
  const lan = new SegmentLan()
  lan.add()
  lan.start(0, settings([], { elsewhere: new Set([vip]) }))
  lan.fromClient(question(vip))
  lan.clock.advance(1)
  t.equal(lan.node(0).segment.ignored.get('answered-on-another-interface'), 1)
})

t.test('what this node had a moment ago is claimed without probing', async (t) => {
  const lan = new SegmentLan()
  lan.add()
  lan.start(0, settings([group()], { heldBefore: new Set([vip]) }))
  lan.clock.advance(330)
  t.equal(lan.ask(), 1)
})

t.test('an added address is probed and the others stay answered; a removed one is silent', async (t) => {
  const lan = pair()
  const more = '192.0.2.20' as Ip
  lan.node(0).segment.configure(settings([group({ addresses: [vip, vip6, more] })]))
  t.equal(lan.ask(), 1)
  t.equal(lan.state(0, more), 'probing')
  lan.clock.advance(long)
  t.equal(lan.ask(more), 1)
  lan.node(0).segment.configure(settings([group({ addresses: [vip6, more] })]))
  t.equal(lan.ask(vip), 0)
  t.equal(lan.ask(more), 1)
  t.equal(lan.node(0).events.filter(({ kind }) => kind === 'warning').length, 0)
})

t.test('other ways to share an address are changed without a gap', async (t) => {
  const lan = new SegmentLan()
  lan.add()
  const { segment } = lan.node(0)
  lan.start(0, alone())
  lan.clock.advance(long)
  for (const next of [both(), settings([group({ priority: 50, addresses: [vip, vip6] })]), alone(), both()]) {
    segment.configure(next)
    for (let i = 0; i < 600; i++) {
      if (lan.ask() === 0) throw new Error(`a gap ${i} ms after`)
      lan.clock.advance(1)
    }
  }
  t.pass()
})

t.test('an interface without addresses takes part all the same', async (t) => {
  const lan = new SegmentLan()
  const bare = { ipv4: undefined as never }
  lan.add(bare)
  lan.add(bare)
  lan.start(0, both())
  lan.start(1, both())
  lan.clock.advance(long)
  t.same([lan.state(0), lan.state(1)].sort(), ['backup', 'owner'])
  lan.crash(lan.state(0) === 'owner' ? 0 : 1)
  lan.clock.advance(400)
  t.equal(lan.ask(), 1)
})

t.test('nodes that disagree say so, once', async (t) => {
  const lan = pair(
    both(),
    settings([group({ addresses: [vip], advertisementInterval: 100 as AdvertisementInterval })]),
  )
  const warnings = lan.node(1).events.flatMap((event) => (event.kind === 'warning' ? [event.text] : []))
  t.equal(warnings.length, 1)
  t.match(warnings, [/^192\.0\.2\.101 advertises virtual router 51 at another interval/])
})

t.test('a router whose advertisements are not taken is told of, once', async (t) => {
  const lan = pair()
  const { segment, events } = lan.node(0)
  const advertisement = {
    virtualRouterId: 51 as VirtualRouterId,
    ...{ priority: 200, maxAdvertiseInterval: 9 as AdvertisementInterval, addresses: [vip6] },
  }
  const from = { mac: stranger, ip: 'fe80::66' as Ip, checksum: 'with-pseudo-header' } as const
  const frame = encodeAdvertisementFrame(advertisement, from)
  const hopLimit = 14 + 7
  t.equal(frame[hopLimit], 255)
  frame[hopLimit] = 64
  for (let i = 0; i < 3; i++) segment.hearAdvertisement(frame)
  t.match(
    events.filter(({ kind }) => kind === 'warning'),
    [{ text: /unicast_ttl 255/ }],
  )
  t.equal(events.filter(({ kind }) => kind === 'warning').length, 1)
  t.equal(segment.ignored.get('ttl-not-255'), 3)
  t.equal(lan.state(0, vip6), 'owner')
})

t.test('three nodes and random trouble: never two owners for long, never none', async (t) => {
  const lan = new SegmentLan()
  for (let i = 0; i < 3; i++) lan.add({ ipv4: `192.0.2.${101 + i}` as Ipv4 })
  for (let i = 0; i < 3; i++) lan.start(i, settings([group({ priority: 100 + i })]))
  lan.clock.advance(long)
  let seed = 1
  const random = (n: number) => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31
    return seed % n
  }
  for (let round = 0; round < 60; round++) {
    const node = lan.node(random(3))
    node.connected = false
    lan.clock.advance(random(800))
    node.connected = true
    lan.clock.advance(700)
    t.equal(lan.ask(), 1, `one answer after round ${round}`)
  }
})

t.test('however often a split heals, the last word is the owner’s, and the nodes do not fight', async (t) => {
  const lan = pair()
  const macs = lan.nodes.map(({ link }) => link.mac)
  lan.clock.advance(60_000)
  for (let i = 0; i < 12; i++) {
    lan.node(1).connected = false
    // Shorter than the time in which an announcement is not begun anew; the other node takes over, and says so.
    lan.clock.advance(400 + 7 * i)
    t.same([lan.state(0), lan.state(1)], ['owner', 'owner'])
    lan.node(1).connected = true
    const since = lan.clock.now()
    lan.clock.advance(110)
    const [owner, ...others] = [0, 1].filter((each) => lan.state(each) === 'owner')
    t.same(others, [])
    t.equal(lan.neighbours.get(vip), macs[owner ?? -1], `heal ${i}`)
    const announced = lan.frames.filter(
      ({ at, frame }) => at >= since && frame[12] === 0x08 && frame[13] === 0x06,
    )
    t.ok(announced.length <= 12, `${announced.length} frames of ARP`)
  }
})
