import t from 'tap'
import { initialize, stepVrrp } from '../../../arp/vrrp/machine.js'
import type { AdvertisementInterval, ChecksumForm, VirtualRouterId } from '../../../arp/vrrp/message.js'
import { mismatches } from '../../../arp/vrrp/mismatch.js'
import type { VrrpAction, VrrpEvent, VrrpSettings, VrrpState } from '../../../arp/vrrp/state.js'
import type { VrrpTimer } from '../../../arp/vrrp/timers.js'
import type { Ip } from '../../../net/ip.js'

const interval = (centiseconds: number) => centiseconds as AdvertisementInterval

/** 1 s advertisements and priority 128: Skew_Time is 500 ms, Active_Down_Interval 3500 ms. */
const settings: VrrpSettings = {
  virtualRouterId: 51 as VirtualRouterId,
  priority: 128,
  advertisementInterval: interval(100),
  preempt: true,
  preemptDelayMilliseconds: 0,
  primaryIp: '192.0.2.2' as Ip,
  addresses: ['192.0.2.10' as Ip],
  checksum: 'without-pseudo-header',
}

interface Advert {
  priority: number
  from?: string
  interval?: number
  checksum?: ChecksumForm
}

function hears({ priority, from = '192.0.2.3', interval: every = 100, checksum }: Advert): VrrpEvent {
  const { virtualRouterId, addresses } = settings
  return {
    is: 'Received',
    source: from as Ip,
    checksum: checksum ?? 'without-pseudo-header',
    advertisement: { virtualRouterId, priority, maxAdvertiseInterval: interval(every), addresses },
  }
}

const startup: VrrpEvent = { is: 'Startup' }
const shutdown: VrrpEvent = { is: 'Shutdown' }
const handOver: VrrpEvent = { is: 'HandOver' }
const expires = (timer: VrrpTimer): VrrpEvent => ({ is: 'TimerExpired', timer })
const becomesActive = [startup, expires('Active_Down_Timer')]

/** What the last event does, after all before it; actions in short form. */
function after(events: readonly VrrpEvent[], changed: Partial<VrrpSettings> = {}) {
  let state: VrrpState = initialize
  let actions: readonly VrrpAction[] = []
  for (const event of events) ({ state, actions } = stepVrrp(state, event, { ...settings, ...changed }))
  return { state, actions: actions.map(inShort) }
}

function inShort(action: VrrpAction): string {
  switch (action.do) {
    case 'send':
      return `send ${action.priority}`
    case 'start':
      return `start ${action.timer} ${action.milliseconds}`
    case 'stop':
      return `stop ${action.timer}`
    case 'discard':
      return `discard ${action.because}`
    case 'take-over':
    case 'reannounce':
    case 'give-up':
      return action.do
  }
}

const takesOver = ['send 128', 'start Adver_Timer 1000', 'take-over', 'stop Preempt_Delay_Timer']
const yields = ['give-up', 'stop Adver_Timer', 'send 128', 'start Active_Down_Timer 3500']
const resists = ['discard lower-priority', 'send 128', 'reannounce']

const steps: {
  name: string
  events: readonly VrrpEvent[]
  settings?: Partial<VrrpSettings>
  state: VrrpState['state']
  actions: readonly string[]
}[] = [
  // §6.4.1 Initialize
  {
    name: 'a router that starts waits as Backup',
    events: [startup],
    state: 'Backup',
    actions: ['start Active_Down_Timer 3500'],
  },
  {
    name: 'the owner of the addresses is Active at once, and announces after its advertisement',
    events: [startup],
    settings: { priority: 255 },
    state: 'Active',
    actions: ['send 255', 'start Adver_Timer 1000', 'take-over'],
  },
  {
    name: 'nothing is heard before the start',
    events: [hears({ priority: 1 })],
    state: 'Initialize',
    actions: ['discard not-started'],
  },
  {
    name: 'a router that is not started stops without a word',
    events: [shutdown],
    state: 'Initialize',
    actions: [],
  },
  // §6.4.2 Backup
  {
    name: 'a Backup that stops says nothing',
    events: [startup, shutdown],
    state: 'Initialize',
    actions: ['stop Active_Down_Timer', 'stop Preempt_Delay_Timer'],
  },
  {
    name: 'a Backup has nothing to hand over',
    events: [startup, handOver],
    state: 'Initialize',
    actions: ['stop Active_Down_Timer', 'stop Preempt_Delay_Timer'],
  },
  {
    name: 'the silence of the Active is over: advertise, then announce',
    events: becomesActive,
    state: 'Active',
    actions: takesOver,
  },
  {
    name: 'priority 0 shortens the wait to Skew_Time',
    events: [startup, hears({ priority: 0 })],
    state: 'Backup',
    actions: ['start Active_Down_Timer 500'],
  },
  {
    name: "the sender's interval is adopted, also for Skew_Time",
    events: [startup, hears({ priority: 200, interval: 10 }), hears({ priority: 0 })],
    state: 'Backup',
    actions: ['start Active_Down_Timer 50'],
  },
  {
    name: 'a higher priority is followed at its interval',
    events: [startup, hears({ priority: 200, interval: 10 })],
    state: 'Backup',
    actions: ['start Active_Down_Timer 350'],
  },
  {
    name: 'an equal priority is followed, whatever the addresses',
    events: [startup, hears({ priority: 128, from: '192.0.2.1' })],
    state: 'Backup',
    actions: ['start Active_Down_Timer 3500'],
  },
  {
    name: 'a lower priority is not listened to, so its time runs out',
    events: [startup, hears({ priority: 100 })],
    state: 'Backup',
    actions: ['discard lower-priority'],
  },
  {
    name: 'without preemption a lower priority is followed',
    events: [startup, hears({ priority: 100 })],
    settings: { preempt: false },
    state: 'Backup',
    actions: ['start Active_Down_Timer 3500'],
  },
  {
    name: "a router of the owner's priority preempts even without preemption",
    events: [...becomesActive, hears({ priority: 255, from: '192.0.2.9' }), hears({ priority: 100 })],
    settings: { priority: 255, preempt: false, preemptDelayMilliseconds: 5000 },
    state: 'Backup',
    actions: ['discard lower-priority'],
  },
  {
    name: 'with a delay, a lower priority is followed while the delay runs',
    events: [startup, hears({ priority: 100 })],
    settings: { preemptDelayMilliseconds: 5000 },
    state: 'Backup',
    actions: ['start Active_Down_Timer 3500', 'start Preempt_Delay_Timer 5000'],
  },
  {
    name: 'the delay is not started anew by each advertisement',
    events: [startup, hears({ priority: 100 }), hears({ priority: 100 })],
    settings: { preemptDelayMilliseconds: 5000 },
    state: 'Backup',
    actions: ['start Active_Down_Timer 3500'],
  },
  {
    name: 'after the delay a lower priority is not listened to',
    events: [startup, hears({ priority: 100 }), expires('Preempt_Delay_Timer'), hears({ priority: 100 })],
    settings: { preemptDelayMilliseconds: 5000 },
    state: 'Backup',
    actions: ['discard lower-priority'],
  },
  {
    name: 'a higher priority ends the delay',
    events: [startup, hears({ priority: 100 }), hears({ priority: 200 })],
    settings: { preemptDelayMilliseconds: 5000 },
    state: 'Backup',
    actions: ['start Active_Down_Timer 3500', 'stop Preempt_Delay_Timer'],
  },
  {
    name: 'the Active that falls silent during the delay is replaced at once',
    events: [startup, hears({ priority: 100 }), expires('Active_Down_Timer')],
    settings: { preemptDelayMilliseconds: 5000 },
    state: 'Active',
    actions: takesOver,
  },
  // §6.4.3 Active
  {
    name: 'an Active advertises every interval',
    events: [...becomesActive, expires('Adver_Timer')],
    state: 'Active',
    actions: ['send 128', 'start Adver_Timer 1000'],
  },
  {
    name: 'an Active that stops is silent before it says so',
    events: [...becomesActive, shutdown],
    state: 'Initialize',
    actions: ['give-up', 'stop Adver_Timer', 'send 0'],
  },
  {
    name: 'an Active answers priority 0 by an advertisement',
    events: [...becomesActive, hears({ priority: 0 })],
    state: 'Active',
    actions: ['send 128', 'start Adver_Timer 1000', 'reannounce'],
  },
  {
    name: 'an Active yields to a higher priority',
    events: [...becomesActive, hears({ priority: 129, from: '192.0.2.1' })],
    state: 'Backup',
    actions: yields,
  },
  {
    name: 'an Active yields at the interval of the one it yields to',
    events: [...becomesActive, hears({ priority: 129, interval: 10 })],
    state: 'Backup',
    actions: ['give-up', 'stop Adver_Timer', 'send 128', 'start Active_Down_Timer 350'],
  },
  {
    name: 'between equals the greater address wins: theirs',
    events: [...becomesActive, hears({ priority: 128, from: '192.0.2.10' })],
    state: 'Backup',
    actions: yields,
  },
  {
    name: 'between equals the greater address wins: ours',
    events: [...becomesActive, hears({ priority: 128, from: '192.0.2.1' })],
    state: 'Active',
    actions: resists,
  },
  {
    name: 'addresses compare as unsigned numbers, not as text',
    events: [...becomesActive, hears({ priority: 128, from: '192.0.2.10' })],
    settings: { primaryIp: '192.0.2.9' as Ip },
    state: 'Backup',
    actions: yields,
  },
  {
    name: 'so do IPv6 addresses',
    events: [...becomesActive, hears({ priority: 128, from: 'fe80::1:0' })],
    settings: { primaryIp: 'fe80::9' as Ip },
    state: 'Backup',
    actions: yields,
  },
  {
    name: 'a lower priority is told at once who is Active (new in RFC 9568), and clients are told again',
    events: [...becomesActive, hears({ priority: 100, from: '192.0.2.200' })],
    state: 'Active',
    actions: resists,
  },
  {
    name: 'our own advertisement, come back, is not answered',
    events: [...becomesActive, hears({ priority: 128, from: '192.0.2.2' })],
    state: 'Active',
    actions: ['discard own-advertisement'],
  },
  {
    name: 'an Active that is started again goes on',
    events: [...becomesActive, startup],
    state: 'Active',
    actions: [],
  },
  // Ours: Resigning
  {
    name: 'a planned hand-over says priority 0 and goes on answering',
    events: [...becomesActive, handOver],
    state: 'Resigning',
    actions: ['send 0', 'start Adver_Timer 1000', 'start Hand_Over_Timer 4000'],
  },
  {
    name: 'priority 0 is repeated against loss',
    events: [...becomesActive, handOver, expires('Adver_Timer')],
    state: 'Resigning',
    actions: ['send 0', 'start Adver_Timer 1000'],
  },
  {
    name: "the successor's advertisement ends the hand-over, whatever its priority",
    events: [...becomesActive, handOver, hears({ priority: 1 })],
    state: 'Initialize',
    actions: ['give-up', 'stop Adver_Timer', 'stop Hand_Over_Timer'],
  },
  {
    name: 'another that resigns is no successor',
    events: [...becomesActive, handOver, hears({ priority: 0 })],
    state: 'Resigning',
    actions: ['discard resigning'],
  },
  {
    name: 'without a successor the hand-over ends by itself',
    events: [...becomesActive, handOver, expires('Hand_Over_Timer')],
    state: 'Initialize',
    actions: ['give-up', 'stop Adver_Timer', 'stop Hand_Over_Timer'],
  },
  {
    name: 'a hand-over can be cut short',
    events: [...becomesActive, handOver, shutdown],
    state: 'Initialize',
    actions: ['give-up', 'stop Adver_Timer', 'stop Hand_Over_Timer'],
  },
  {
    name: 'a hand-over can be undone',
    events: [...becomesActive, handOver, startup],
    state: 'Active',
    actions: ['send 128', 'start Adver_Timer 1000', 'take-over', 'stop Hand_Over_Timer'],
  },
]

t.ok(steps.length > 0, 'there are steps')
for (const { name, events, settings: changed, state, actions } of steps) {
  t.test(name, async (t) => {
    const last = after(events, changed)
    t.equal(last.state.state, state)
    t.same(last.actions, actions)
  })
}

t.test('the form of the checksum is that which was heard last', async (t) => {
  const heard = hears({ priority: 200, checksum: 'with-pseudo-header' })
  const { state } = after([startup, heard])
  t.match(state, { checksum: 'with-pseudo-header' })
  t.same(stepVrrp(state, expires('Active_Down_Timer'), settings).actions[0], {
    do: 'send',
    priority: 128,
    checksum: 'with-pseudo-header',
  })
  t.match(after([...becomesActive, hears({ priority: 1, checksum: 'with-pseudo-header' })]).state, {
    state: 'Active',
    checksum: 'with-pseudo-header',
  })
})

t.test('a Backup knows who is Active', async (t) => {
  t.match(after([startup]).state, { active: undefined })
  t.match(after([startup, hears({ priority: 200 })]).state, { active: { ip: '192.0.2.3', priority: 200 } })
  t.match(after([...becomesActive, hears({ priority: 200 })]).state, {
    active: { ip: '192.0.2.3', priority: 200 },
  })
})

t.test('a timer that a state does not have changes nothing', async (t) => {
  for (const events of [[], [startup], becomesActive, [...becomesActive, handOver]]) {
    const foreign: VrrpTimer[] =
      events.length === 1 ? ['Adver_Timer', 'Hand_Over_Timer'] : ['Active_Down_Timer', 'Preempt_Delay_Timer']
    for (const timer of foreign)
      t.same(after([...events, expires(timer)]), { state: after(events).state, actions: [] })
  }
})

t.test('what routers should agree on is told apart (RFC 9568 §7.1)', async (t) => {
  const advertisement = {
    virtualRouterId: settings.virtualRouterId,
    priority: 1,
    maxAdvertiseInterval: interval(100),
    addresses: ['192.0.2.10' as Ip],
  }
  t.same(mismatches(advertisement, settings), [])
  t.same(mismatches({ ...advertisement, maxAdvertiseInterval: interval(10) }, settings), [
    'advertisement-interval',
  ])
  t.same(mismatches({ ...advertisement, addresses: ['192.0.2.11' as Ip] }, settings), ['addresses'])
  const two = ['192.0.2.10' as Ip, '192.0.2.11' as Ip]
  t.same(mismatches({ ...advertisement, addresses: two }, settings), ['addresses'])
})
