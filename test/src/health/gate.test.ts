import t from 'tap'
import { families } from '../../../bgp/family.js'
import { LocRib } from '../../../bgp/rib/loc-rib.js'
import type { Announcement } from '../../../config/settings.js'
import { finish } from '../../../net/steps.js'
import { AnnouncementBoard } from '../../../src/announcements/board.js'
import { withHeldBack } from '../../../src/daemon/held-back-routes.js'
import { listingAvailable } from '../../../src/daemon/routes-report.js'
import { HealthGate } from '../../../src/health/gate.js'
import { settingsOf } from '../../support/config.js'
import { fakeClock } from '../../support/fake-clock.js'
import { fakeProbing } from '../../support/fake-probing.js'

const SETTLE_MS = 30_000

/** A gate before a board on an empty Loc-RIB; its checks begin at once. */
function newGate(first = '') {
  const clock = fakeClock()
  const probing = fakeProbing()
  const locRib = new LocRib(families)
  const board = new AnnouncementBoard(locRib, { changed: () => undefined, later: setImmediate })
  const transitions: string[] = []
  let published = 0
  const gate = new HealthGate({
    ...{
      clock,
      probing,
      random: () => 0,
      later: (work) => clock.after(0, work),
      wallTime: () => `T+${clock.now()}`,
    },
    publish: (announcements) => {
      published++
      board.declare('file', announcements)
    },
    onTransition: (announcement, { to }) => transitions.push(`${announcement} ${to}`),
  })
  const heads = () => families.map((family) => locRib.ribOf(family).journal.head)
  gate.start(announcements(first), SETTLE_MS)
  clock.advance(0)
  return {
    ...{ gate, clock, probing, locRib, transitions },
    published: () => {
      clock.advance(0)
      return published
    },
    declare: (yaml: string) => {
      gate.declare(announcements(yaml))
      clock.advance(0)
    },
    /** Ends the probe of an announcement. */
    probe: (name: string) => {
      const running = probing.running.filter(({ context }) => context.announcement === name)
      t.equal(running.length, 1, `one probe of ${name} is running`)
      return running[0]!
    },
    /** What reaches the Loc-RIB. */
    wanted: () => {
      clock.advance(0)
      return finish(listingAvailable(locRib, 100)).routes.map(({ prefix }) => prefix)
    },
    available: (limit = 100) => {
      clock.advance(0)
      return finish(withHeldBack(listingAvailable(locRib, limit), gate, limit))
    },
    /** Changes of the Loc-RIB while `act` ran. */
    changesOf: (act: () => void) => {
      clock.advance(0)
      const before = heads()
      act()
      clock.advance(0)
      return heads().reduce((sum, head, i) => sum + head - (before[i] ?? 0), 0)
    },
  }
}

function announcements(yaml: string): readonly Announcement[] {
  return settingsOf(`bgp: { asn: 65001 }\nannouncements: [${yaml}]`).announcements
}

const pods = '{ name: pods, podCIDRs: [10.244.1.0/24] }'
const dns = (check = '') =>
  `{ name: dns, prefixes: [192.0.2.53/32], healthCheck: { exec: [dig], rise: 1, fall: 1 ${check} } }`
const web =
  '{ name: web, prefixes: [192.0.2.80/32], healthCheck: { tcp: "192.0.2.80:80", rise: 1, fall: 1 } }'

t.test('what has no check gets through at once, what has one only while it passes', async (t) => {
  const { clock, probe, wanted, transitions } = newGate(`${dns()}, ${pods}, ${web}`)
  t.same(wanted(), ['10.244.1.0/24'])
  probe('dns').pass()
  t.same(wanted(), ['10.244.1.0/24', '192.0.2.53/32'])
  probe('web').pass()
  t.same(wanted(), ['10.244.1.0/24', '192.0.2.53/32', '192.0.2.80/32'])
  clock.advance(2000)
  probe('dns').fail()
  probe('web').pass()
  t.same(wanted(), ['10.244.1.0/24', '192.0.2.80/32'])
  t.same(transitions, ['dns healthy', 'web healthy', 'dns unhealthy'])
})

t.test('one that comes or goes touches none but its own prefixes', async (t) => {
  const { clock, probe, changesOf, locRib } = newGate(`${dns()}, ${web}, ${pods}`)
  t.equal(
    changesOf(() => probe('dns').pass()),
    1,
  )
  probe('web').pass()
  clock.advance(2000)
  t.equal(
    changesOf(() => probe('dns').fail()),
    1,
  )
  t.equal([...locRib.announcements()].length, 3, 'it keeps its place')
})

t.test('the same announcements again change nothing and restart no check', async (t) => {
  const { probe, declare, changesOf, probing, wanted } = newGate(`${dns()}, ${pods}`)
  probe('dns').pass()
  t.equal(
    changesOf(() => declare(`${dns()}, ${pods}`)),
    0,
  )
  t.same(probing.started, ['dns'])
  t.same(wanted(), ['10.244.1.0/24', '192.0.2.53/32'])
})

t.test('other terms of an announcement leave its check alone', async (t) => {
  const { gate, probe, declare, probing } = newGate(dns())
  probe('dns').pass()
  const [before] = gate.checks
  declare(dns().replace('prefixes:', 'med: 10, prefixes:'))
  t.equal(gate.checks[0], before)
  t.same(probing.started, ['dns'])
})

t.test('a check that changes begins anew, and an announced announcement stays meanwhile', async (t) => {
  const { gate, probe, declare, changesOf, wanted, probing } = newGate(dns())
  probe('dns').pass()
  t.equal(
    changesOf(() => declare(dns(', timeout: 2s'))),
    0,
  )
  t.same(probing.started, ['dns', 'dns'])
  t.match(gate.checks[0]?.state, { is: 'unknown', announced: true })
  probe('dns').fail()
  t.same(wanted(), [])
})

t.test('a check that changes does not let out what was held back', async (t) => {
  const { probe, declare, wanted } = newGate(dns())
  probe('dns').fail()
  declare(dns(', timeout: 2s'))
  t.same(wanted(), [])
  probe('dns').pass()
  t.same(wanted(), ['192.0.2.53/32'])
})

t.test('a check that is added holds back nothing that is announced, until it fails', async (t) => {
  const { probe, declare, wanted } = newGate('{ name: dns, prefixes: [192.0.2.53/32] }')
  declare(dns())
  t.same(wanted(), ['192.0.2.53/32'])
  probe('dns').fail()
  t.same(wanted(), [])
})

t.test('a check that is removed stops, and its announcement gets through', async (t) => {
  const { clock, probe, declare, wanted, probing } = newGate(dns())
  probe('dns').fail()
  declare('{ name: dns, prefixes: [192.0.2.53/32] }')
  t.same(wanted(), ['192.0.2.53/32'])
  clock.advance(60_000)
  t.equal(probing.running.length, 0)
})

t.test('an announcement that is removed takes its check along, and comes back as a new one', async (t) => {
  const { gate, clock, probe, declare, wanted, probing } = newGate(dns())
  probe('dns').pass()
  declare(pods)
  t.same(wanted(), ['10.244.1.0/24'])
  t.same(gate.checks, [])
  clock.advance(60_000)
  t.equal(probing.started.length, 1)
  declare(`${pods}, ${dns()}`)
  t.same(wanted(), ['10.244.1.0/24'])
})

t.test('without checks the set is complete at once', async (t) => {
  t.ok(newGate(pods).gate.settled)
  t.ok(newGate().gate.settled)
})

t.test('the set is complete once every check has had a verdict, whichever', async (t) => {
  const { gate, clock, probe, published, probing } = newGate(
    `${dns()}, ${web}, ${dns(', disable: /run/off').replaceAll('dns', 'off')}`,
  )
  probe('dns').pass()
  probe('web').fail()
  t.notOk(gate.settled)
  const before = published()
  probing.files.add('/run/off')
  probe('off').pass()
  t.ok(gate.settled)
  t.ok(published() > before, 'whoever waits for it is told')
  clock.advance(SETTLE_MS)
  t.ok(gate.settled)
})

t.test('the wait for verdicts is bounded, and that it is over is told', async (t) => {
  const { gate, clock, probing, published } = newGate(
    dns().replace('rise: 1, fall: 1', 'rise: 100, fall: 100'),
  )
  for (let ms = 0; ms < SETTLE_MS - 1000; ms += 1000) {
    probing.running[0]!.pass()
    clock.advance(1000)
  }
  t.notOk(gate.settled)
  const before = published()
  clock.advance(1000)
  t.ok(gate.settled)
  t.equal(published(), before + 1)
})

t.test('once complete it stays so: a check that a reload adds is no reason to wait again', async (t) => {
  const { gate, declare } = newGate(pods)
  declare(`${pods}, ${dns()}`)
  t.ok(gate.settled)
})

t.test('what is held back is listed with the reason, beside what is available', async (t) => {
  const { gate, probe, available } = newGate(
    `${dns()}, ${pods}, ${web.replace('[192.0.2.80/32]', '[192.0.2.80/31, "2001:db8::/64"]')}`,
  )
  probe('dns').pass()
  probe('web').fail('refused')
  t.equal(gate.heldBackBy('dns'), undefined)
  t.equal(gate.heldBackBy('pods'), undefined)
  t.equal(gate.heldBackBy('run-time'), undefined)
  const heldBack = 'its health check fails: refused'
  t.equal(gate.heldBackBy('web'), heldBack)
  const { routes, total } = available()
  t.equal(total, 4)
  t.match(routes, [
    { prefix: '10.244.1.0/24', announcement: 'pods', heldBack: undefined },
    { prefix: '192.0.2.53/32', announcement: 'dns', heldBack: undefined },
    { prefix: '192.0.2.80/31', announcement: 'web', source: 'file', heldBack },
    { prefix: '2001:db8::/64', announcement: 'web', family: 'ipv6/unicast', heldBack },
  ])
  t.equal(available(3).routes.length, 3)
  t.equal(available(3).total, 4)
})

t.test('a gate that is stopped leaves no timer and no probe', async (t) => {
  const { gate, clock, probing } = newGate(`${dns()}, ${web}`)
  gate.stop()
  t.equal(clock.pending, 0)
  t.equal(probing.running.length, 0)
})

t.test('two hundred services that hang do not keep one that fails from being noticed', async (t) => {
  const slow = Array.from({ length: 200 }, (_, i) =>
    dns(', interval: 10s, timeout: 10s')
      .replace('name: dns', `name: slow-${i}`)
      .replace('.53/32', `.${i}/32`),
  )
  const { clock, probe, wanted, probing } = newGate(`${slow.join(', ')}, ${web}`)
  probe('web').pass()
  t.same(wanted(), ['192.0.2.80/32'])
  clock.advance(2000)
  probe('web').fail()
  t.same(wanted(), [])
  t.equal(probing.running.length, 128, 'as many commands as may run at once, all of them still hanging')
})
