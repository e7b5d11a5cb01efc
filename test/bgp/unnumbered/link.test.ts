import t from 'tap'
import { type LinkAction, type LinkEvent, newLink, stepLink } from '../../../bgp/unnumbered/link.js'
import type { Ipv6 } from '../../../net/ip.js'

const a = 'fe80::a' as Ipv6
const b = 'fe80::b' as Ipv6
const heard = (from: Ipv6): LinkEvent => ({ is: 'heard', message: { kind: 'advertisement' }, from })
const asked: LinkEvent = { is: 'heard', message: { kind: 'solicitation' }, from: a }

/** A link and what it did, with the second it did it in. */
function link(random = 0.5) {
  let state = newLink
  let now = 0
  const did: string[] = []
  const step = (event: LinkEvent) => {
    const { link, actions } = stepLink(state, event, { now, random: () => random })
    state = link
    did.push(...actions.map((action) => `${now / 1000} ${words(action)}`))
  }
  return {
    step,
    /** Tick by tick, of a quarter of a second. */
    pass: (seconds: number) => {
      for (const end = now + seconds * 1000; now < end; ) {
        now += 250
        step({ is: 'tick' })
      }
    },
    did: () => did.splice(0),
  }
}

function words(action: LinkAction): string {
  switch (action.do) {
    case 'send':
      return action.what
    case 'found':
      return `found ${action.address}`
    case 'ignored':
      return `${action.address} ignored for ${action.instead}`
  }
}

t.test(
  'a link that comes up advertises at once, twice more soon, then now and then, and asks three times',
  async (t) => {
    const { step, pass, did } = link()
    pass(20)
    t.same(did(), [], 'nothing while it is down')
    step({ is: 'up' })
    pass(24)
    t.same(did(), [
      ...['20 advertisement', '20 solicitation', '23 advertisement', '24 solicitation'],
      ...['26 advertisement', '28 solicitation', '34.5 advertisement', '43 advertisement'],
    ])
    step({ is: 'down' })
    pass(60)
    t.same(did(), [])
    step({ is: 'up' })
    t.same(did(), ['104 advertisement', '104 solicitation'], 'and begins anew when it is back')
  },
)

t.test('nobody is asked any more once somebody is heard', async (t) => {
  const { step, pass, did } = link()
  step({ is: 'up' })
  step(heard(a))
  pass(10)
  t.same(did(), [
    '0 advertisement',
    '0 solicitation',
    '0 found fe80::a',
    '3 advertisement',
    '6 advertisement',
  ])
})

t.test('who asks is answered, to all, and not at once after the last time', async (t) => {
  const { step, pass, did } = link()
  step({ is: 'up' })
  step(heard(a))
  pass(20)
  did()
  pass(1)
  step(asked)
  pass(1)
  t.same(did(), ['21.25 advertisement'])
  step(asked)
  step(asked)
  pass(4)
  t.same(did(), ['24.25 advertisement'], 'three seconds later, once')
})

t.test('a second router is told of once, and ignored as long as the first one speaks', async (t) => {
  const { step, pass, did } = link()
  step({ is: 'up' })
  step(heard(a))
  did()
  for (let i = 0; i < 10; i++) {
    pass(10)
    step(heard(b))
    step(heard(a))
    step(heard(b))
  }
  t.same(
    did().filter((what) => !what.endsWith('advertisement')),
    ['10 fe80::b ignored for fe80::a'],
  )
})

t.test('a router with a new address takes the place of the one that has fallen silent', async (t) => {
  const { step, pass, did } = link()
  step({ is: 'up' })
  step(heard(a))
  pass(29)
  step(heard(b))
  pass(1)
  step(heard(b))
  t.same(
    did().filter((what) => /found|ignored/.test(what)),
    ['0 found fe80::a', '29 fe80::b ignored for fe80::a', '30 found fe80::b'],
  )
})

t.test('the neighbour stays known while the link is down: a session may outlive that', async (t) => {
  const { step, pass, did } = link()
  step({ is: 'up' })
  step(heard(a))
  step({ is: 'down' })
  pass(20)
  step({ is: 'up' })
  step(heard(a))
  t.same(
    did().filter((what) => what.includes('found')),
    ['0 found fe80::a'],
  )
})
