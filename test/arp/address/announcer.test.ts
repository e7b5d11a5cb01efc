import fc from 'fast-check'
import t from 'tap'
import { Announcer, type Asker, type Due, pacing } from '../../../arp/address/announcer.js'
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
  while (now !== undefined && now <= until) {
    const at: number = now + late
    const { send, wakeAt } = announcer.advance(at, random)
    sent.push(...send.map((due) => ({ at, due })))
    now = wakeAt
  }
  return { sent, announcer }
}

/** With these announced at 0. */
function announcing(ips: readonly Ip[], askers: readonly Asker[] = []): Announcer {
  const announcer = new Announcer()
  for (const ip of ips) {
    announcer.announce(ip, 0)
    announcer.tell(ip, askers, 0)
  }
  return announcer
}

const times = (sent: readonly Sent[], ip: Ip) =>
  sent.filter(({ due }) => due.ip === ip && due.to === 'everybody').map(({ at }) => at)

t.test(
  'an IPv4 takeover is announced at once, twice within 300 ms, past locktime, and every minute',
  async (t) => {
    const { sent } = run(announcing([ipv4]), 130_000)
    t.same(times(sent, ipv4), [0, 100, 300, 1100, 2200, 4400, 64_400, 124_400])
  },
)

t.test('an IPv6 takeover is announced three times, RetransTimer apart, and every minute', async (t) => {
  const { sent } = run(announcing([ipv6]), 130_000)
  t.same(times(sent, ipv6), [0, 1100, 2200, 62_200, 122_200])
})

t.test('refreshes come up to a fifth early, at random', async (t) => {
  const { sent } = run(announcing([ipv4]), 60_000, { random: () => 0.5 })
  t.same(times(sent, ipv4).slice(6), [4400 + 54_000])
})

t.test('recent askers are told after everybody, twice', async (t) => {
  const { sent } = run(announcing([ipv4], [asker]), 5000)
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
  const { sent } = run(announcing([ipv4]), 8000, { late: 700 })
  t.same(times(sent, ipv4), [700, 1500, 2400, 3900, 5700, 8600])
})

t.test('many addresses leave in bursts, all of them', async (t) => {
  const ips = Array.from({ length: 200 }, (_, i) => `192.0.2.${i}` as Ip)
  const { sent } = run(announcing(ips), 99)
  t.equal(new Set(sent.map(({ due }) => due.ip)).size, 200)
  t.equal(sent.at(-1)?.at, Math.floor(199 / pacing.burst) * pacing.window)
  const densest = sent.map(
    ({ at }) => sent.filter((other) => other.at >= at && other.at < at + pacing.window).length,
  )
  t.equal(Math.max(...densest), pacing.burst)
})

t.test('a few addresses taken over one after the other are not held back', async (t) => {
  const announcer = announcing([ipv4])
  announcer.advance(0, never)
  announcer.announce(ipv6, 1)
  t.same(announcer.advance(1, never).send, [{ to: 'everybody', ip: ipv6 }])
})

t.test('an address given up is not announced again', async (t) => {
  const { announcer } = run(announcing([ipv4], [asker]), 300)
  announcer.withdraw(ipv4)
  t.ok(announcer.isIdle)
  const after = announcer.advance(10_000, never)
  t.same(after.send, [])
  t.equal(after.wakeAt, undefined)
})

t.test('a contradicted announcement starts again at once', async (t) => {
  const { announcer } = run(announcing([ipv4]), 60_000)
  announcer.reannounce(ipv4, [asker], 60_000)
  const { sent } = run(announcer, 61_000, { from: 60_000 })
  t.same(times(sent, ipv4), [60_000, 60_100, 60_300])
})

t.test(
  'contradicted within a second, an announcement starts again, and askers are not told anew',
  async (t) => {
    const { announcer } = run(announcing([ipv4], [asker]), 400)
    announcer.reannounce(ipv4, [asker], 500)
    const { sent } = run(announcer, 4500, { from: 500 })
    t.same(times(sent, ipv4), [500, 600, 800, 1600, 2700])
    t.same(
      sent.filter(({ due }) => due.to === 'asker').map(({ at }) => at),
      [1100],
    )
  },
)

t.test('contradicted every 10 ms, an announcement is said six times a second and is no storm', async (t) => {
  for (const [ip, aSecond] of [
    [ipv4, 6],
    [ipv6, 3],
  ] as const) {
    const announcer = announcing([ip])
    const sent: number[] = []
    for (let now = 0; now < 10_000; now += 10) {
      announcer.reannounce(ip, [], now)
      for (const _ of announcer.advance(now, never).send) sent.push(now)
    }
    t.equal(sent.length, aSecond * 10)
    for (let i = aSecond; i < sent.length; i++) t.ok((sent[i] ?? 0) - (sent[i - aSecond] ?? 0) >= 1000)
  }
})

t.test('whatever contradicts an announcement, the last word is its own, and comes soon', async () => {
  const contradictions = fc.array(fc.oneof(fc.nat(3), fc.nat(300), fc.nat(2000)), {
    minLength: 1,
    maxLength: 60,
  })
  fc.assert(
    fc.property(contradictions, fc.boolean(), (gaps, six) => {
      const ip = six ? ipv6 : ipv4
      const announcer = announcing([ip])
      const sent: Sent[] = []
      let now = 0
      for (const gap of gaps) {
        sent.push(...run(announcer, now + gap, { from: now }).sent)
        now += gap
        announcer.reannounce(ip, [asker], now)
      }
      sent.push(...run(announcer, now + 1100, { from: now }).sent)
      return times(sent, ip).some((at) => at >= now && at <= now + 1000 + pacing.window)
    }),
  )
})

t.test('what is not announced is not announced again', async (t) => {
  const announcer = new Announcer()
  announcer.reannounce(ipv4, [], 0)
  t.same(announcer.advance(0, never), { send: [], wakeAt: undefined })
})

t.test('a link that comes up, or a new MAC address, starts every schedule', async (t) => {
  const { announcer } = run(announcing([ipv4, ipv6]), 5000)
  announcer.restart(5000)
  const { sent } = run(announcer, 5150, { from: 5000 })
  t.same(times(sent, ipv4), [5000, 5100])
  t.same(times(sent, ipv6), [5000])
})

t.test('askers are told of an address that is announced, each once, and of no other', async (t) => {
  const announcer = announcing([ipv4])
  announcer.tell(ipv6, [asker], 0)
  t.same(announcer.advance(0, never).send, [{ to: 'everybody', ip: ipv4 }])
  for (const now of [1, 2]) {
    announcer.tell(ipv4, [asker], now)
    t.same(announcer.advance(now, never).send, [{ to: 'asker', ip: ipv4, asker }])
  }
  const { sent } = run(announcer, 10_000, { from: 3 })
  const toAsker = sent.filter(({ due }) => due.to === 'asker').map(({ at }) => at)
  t.same(toAsker, [1102], 'once more, counted from the last time')
})

t.test('an address that comes and goes is announced each time, and leaves nothing behind', async (t) => {
  const announcer = announcing([ipv6])
  for (let now = 0; now < 50_000; now += 5) {
    announcer.withdraw(ipv4)
    announcer.announce(ipv4, now)
    announcer.tell(ipv4, [asker], now)
    const { send } = announcer.advance(now, never)
    t.same(
      send.filter(({ ip }) => ip === ipv4).map(({ to }) => to),
      ['everybody', 'asker'],
    )
  }
  announcer.withdraw(ipv4)
  const { sent } = run(announcer, 130_000, { from: 50_000 })
  t.same([...new Set(sent.map(({ due }) => due.ip))], [ipv6])
})

t.test('what is told to everybody goes before what is told to askers, however long those wait', async (t) => {
  const ips = Array.from({ length: 4 }, (_, i) => `192.0.2.${i}` as Ip)
  const announcer = announcing(
    ips,
    Array.from({ length: 20 }, () => asker),
  )
  t.equal(announcer.advance(0, never).send.length, pacing.burst)
  announcer.announce(ipv4, 5)
  const [first] = announcer.advance(5, never).send
  t.same(first, { to: 'everybody', ip: ipv4 })
})
