import t from 'tap'
import {
  arpProbing,
  duplicateAddressDetection,
  type Probing,
  type ProbingAction,
  type ProbingEvent,
  stepProbing,
  unclaimed,
} from '../../../arp/address/probing.js'
import type { Whose } from '../../../arp/address/whose.js'
import type { Ip } from '../../../net/ip.js'
import type { Mac } from '../../../net/mac.js'

const foreign = 'b8:27:eb:00:00:01' as Mac
const expired: ProbingEvent = { is: 'TimerExpired' }

function hears(is: 'claim' | 'probe', whose: Whose): ProbingEvent {
  return { is: 'Heard', whose, assertion: { is, ip: '192.0.2.10' as Ip, mac: foreign } }
}

function run(events: readonly ProbingEvent[], { rule = arpProbing, random = 0.5, from = unclaimed } = {}) {
  const actions: ProbingAction[] = []
  let probing: Probing = from
  for (const event of events) {
    const step = stepProbing(probing, event, rule, random)
    probing = step.probing
    actions.push(...step.actions)
  }
  return { probing, actions, did: actions.map((action) => action.do) }
}

t.test(
  'three probes at random distances, two seconds of silence, then the claim (RFC 5227 §2.1.1)',
  async (t) => {
    const { probing, actions } = run([{ is: 'Claim' }, expired, expired, expired, expired])
    t.same(actions, [
      { do: 'start', timer: 'ProbeTimer', milliseconds: 500 },
      { do: 'send-probe' },
      { do: 'start', timer: 'ProbeTimer', milliseconds: 1500 },
      { do: 'send-probe' },
      { do: 'start', timer: 'ProbeTimer', milliseconds: 1500 },
      { do: 'send-probe' },
      { do: 'start', timer: 'ProbeTimer', milliseconds: 2000 },
      { do: 'stop', timer: 'ProbeTimer' },
      { do: 'claim' },
    ])
    t.same(probing, { state: 'Claimed' })
  },
)

t.test('one solicitation and one second of silence in IPv6 (RFC 4862 §5.4)', async (t) => {
  const { actions } = run([{ is: 'Claim' }, expired, expired], { rule: duplicateAddressDetection })
  t.same(actions, [
    { do: 'start', timer: 'ProbeTimer', milliseconds: 500 },
    { do: 'send-probe' },
    { do: 'start', timer: 'ProbeTimer', milliseconds: 1000 },
    { do: 'stop', timer: 'ProbeTimer' },
    { do: 'claim' },
  ])
})

for (const is of ['claim', 'probe'] as const) {
  t.test(
    `a foreign ${is} while we probe is a conflict, and is probed again after DEFEND_INTERVAL`,
    async (t) => {
      const { probing, actions } = run([{ is: 'Claim' }, expired, hears(is, 'foreign')])
      t.same(probing, { state: 'Conflicted', with: foreign, conflicts: 1 })
      t.same(actions.slice(-2), [
        { do: 'start', timer: 'ProbeTimer', milliseconds: 10_000 },
        {
          do: 'report-conflict',
          assertion: { is, ip: '192.0.2.10', mac: foreign },
          retryMilliseconds: 10_000,
        },
      ])
      t.same(run([expired], { from: probing }).probing, { state: 'Probing', sent: 0, conflicts: 1 })
    },
  )
}

t.test('a conflict heard again is reported once', async (t) => {
  const { did } = run([{ is: 'Claim' }, expired, hears('claim', 'foreign'), hears('claim', 'foreign')])
  t.equal(did.filter((what) => what === 'report-conflict').length, 1)
})

t.test('from MAX_CONFLICTS on, an attempt is made once in RATE_LIMIT_INTERVAL', async (t) => {
  const attempt = [expired, hears('claim', 'foreign')]
  const { actions } = run([{ is: 'Claim' }, ...Array.from({ length: 11 }, () => attempt).flat()])
  const waits = actions.flatMap((action) =>
    action.do === 'report-conflict' ? [action.retryMilliseconds] : [],
  )
  t.same(waits, [...Array.from({ length: 9 }, () => 10_000), 60_000, 60_000])
})

t.test('a member that holds the address has probed it: nothing is left to find out', async (t) => {
  const { probing, did } = run([{ is: 'Claim' }, expired, hears('claim', 'member')])
  t.same(probing, { state: 'Claimed' })
  t.equal(did.at(-1), 'claim')
})

t.test('a member that probes at the same time is no conflict', async (t) => {
  t.match(run([{ is: 'Claim' }, expired, hears('probe', 'member')]).probing, { state: 'Probing', sent: 1 })
})

t.test('our own probe, come back, is no conflict', async (t) => {
  t.match(run([{ is: 'Claim' }, expired, hears('probe', 'ours')]).probing, { state: 'Probing' })
})

t.test('a takeover from a member claims at once and sends no probe', async (t) => {
  t.same(run([{ is: 'TakeOver' }]).did, ['stop', 'claim'])
  t.same(run([{ is: 'Claim' }, expired, { is: 'TakeOver' }]).did, [
    'start',
    'send-probe',
    'start',
    'stop',
    'claim',
  ])
})

t.test('a claimed address is not claimed twice', async (t) => {
  const { did } = run([
    { is: 'TakeOver' },
    { is: 'TakeOver' },
    { is: 'Claim' },
    expired,
    hears('claim', 'foreign'),
  ])
  t.same(did, ['stop', 'claim'])
})

t.test('a released address stops its timer and is probed anew', async (t) => {
  const { did } = run([
    { is: 'Claim' },
    { is: 'Release' },
    expired,
    hears('claim', 'foreign'),
    { is: 'Claim' },
  ])
  t.same(did, ['start', 'stop', 'start'])
})
