import t from 'tap'
import {
  type Advanced,
  type Announcer,
  advance,
  announce,
  type Due,
  idle,
  pacing,
  reannounce,
  restart,
  withdraw,
} from '../../../arp/address/announcer.js'
import type { Ip } from '../../../net/ip.js'
import type { Mac } from '../../../net/mac.js'

const ipv4 = '192.0.2.10' as Ip
const ipv6 = '2001:db8::10' as Ip
const asker = { ip: '192.0.2.1' as Ip, mac: '02:00:00:00:00:0a' as Mac }
const never = () => 0

interface Sent {
  readonly at: number
  readonly due: Due
}

/** Advances whenever the announcer asks for it, until `until`; wakes `late` milliseconds late. */
function run(announcer: Announcer, until: number, { from = 0, late = 0, random = never } = {}) {
  const sent: Sent[] = []
  let now: number | undefined = from
  let current = announcer
  while (now !== undefined && now <= until) {
    const at: number = now + late
    const advanced: Advanced = advance(current, at, random)
    sent.push(...advanced.send.map((due) => ({ at, due })))
    current = advanced.announcer
    now = advanced.wakeAt
  }
  return { sent, announcer: current }
}

const times = (sent: readonly Sent[], ip: Ip) =>
  sent.filter(({ due }) => due.ip === ip && due.to === 'everybody').map(({ at }) => at)

t.test(
  'an IPv4 takeover is announced at once, twice within 300 ms, past locktime, and every minute',
  async (t) => {
    const { sent } = run(announce(idle, ipv4, [], 0), 130_000)
    t.same(times(sent, ipv4), [0, 100, 300, 1100, 2200, 4400, 64_400, 124_400])
  },
)

t.test('an IPv6 takeover is announced three times, RetransTimer apart, and every minute', async (t) => {
  const { sent } = run(announce(idle, ipv6, [], 0), 130_000)
  t.same(times(sent, ipv6), [0, 1100, 2200, 62_200, 122_200])
})

t.test('refreshes come up to a fifth early, at random', async (t) => {
  const { sent } = run(announce(idle, ipv4, [], 0), 60_000, { random: () => 0.5 })
  t.same(times(sent, ipv4).slice(6), [4400 + 54_000])
})

t.test('recent askers are told after everybody, twice', async (t) => {
  const { sent } = run(announce(idle, ipv4, [asker], 0), 5000)
  t.same(sent.slice(0, 2), [
    { at: 0, due: { to: 'everybody', ip: ipv4 } },
    { at: 0, due: { to: 'asker', ip: ipv4, asker } },
  ])
  t.same(
    sent.filter(({ due }) => due.to === 'asker').map(({ at }) => at),
    [0, 1100],
  )
})

t.test('late wake-ups shift the schedule and never bunch it', async (t) => {
  const { sent } = run(announce(idle, ipv4, [], 0), 8000, { late: 700 })
  t.same(times(sent, ipv4), [700, 1500, 2400, 3900, 5700, 8600])
})

t.test('many addresses leave in bursts, all of them', async (t) => {
  const ips = Array.from({ length: 200 }, (_, i) => `192.0.2.${i}` as Ip)
  const taken = ips.reduce((announcer, ip) => announce(announcer, ip, [], 0), idle)
  const { sent } = run(taken, 99)
  t.equal(new Set(sent.map(({ due }) => due.ip)).size, 200)
  t.equal(sent.at(-1)?.at, Math.floor(199 / pacing.burst) * pacing.window)
  const densest = sent.map(
    ({ at }) => sent.filter((other) => other.at >= at && other.at < at + pacing.window).length,
  )
  t.equal(Math.max(...densest), pacing.burst)
})

t.test('a few addresses taken over one after the other are not held back', async (t) => {
  const first = advance(announce(idle, ipv4, [], 0), 0, never)
  const second = advance(announce(first.announcer, ipv6, [], 1), 1, never)
  t.same(second.send, [{ to: 'everybody', ip: ipv6 }])
})

t.test('an address given up is not announced again', async (t) => {
  const { announcer } = run(announce(idle, ipv4, [asker], 0), 300)
  const after = advance(withdraw(announcer, ipv4), 10_000, never)
  t.same(after.send, [])
  t.equal(after.wakeAt, undefined)
})

t.test('a contradicted announcement starts again at once', async (t) => {
  const { announcer } = run(announce(idle, ipv4, [], 0), 60_000)
  const { sent } = run(reannounce(announcer, ipv4, [asker], 60_000), 61_000, { from: 60_000 })
  t.same(times(sent, ipv4), [60_000, 60_100, 60_300])
})

t.test('contradicted within a second, an announcement says its next at once', async (t) => {
  const { announcer } = run(announce(idle, ipv4, [], 0), 400)
  const { sent } = run(reannounce(announcer, ipv4, [], 500), 4500, { from: 500 })
  t.same(times(sent, ipv4), [500, 1600, 3800])
})

t.test('contradicted every 10 ms, an announcement is said six times a second and is no storm', async (t) => {
  let announcer = announce(idle, ipv4, [], 0)
  const sent: Due[] = []
  for (let now = 0; now < 10_000; now += 10) {
    announcer = reannounce(announcer, ipv4, [], now)
    const advanced = advance(announcer, now, never)
    announcer = advanced.announcer
    sent.push(...advanced.send)
  }
  t.equal(sent.length, 6 * 10)
})

t.test('what is not announced is not announced again', async (t) => {
  t.same(reannounce(idle, ipv4, [], 0), idle)
})

t.test('a link that comes up, or a new MAC address, starts every schedule', async (t) => {
  const { announcer } = run(announce(announce(idle, ipv4, [], 0), ipv6, [], 0), 5000)
  const { sent } = run(restart(announcer, 5000), 5150, { from: 5000 })
  t.same(times(sent, ipv4), [5000, 5100])
  t.same(times(sent, ipv6), [5000])
})
