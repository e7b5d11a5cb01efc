/** Two speakers that call each other at once, over the real codec, with every order of events the network may make. */
import fc from 'fast-check'
import t from 'tap'
import type { BgpIdentifier } from '../../../bgp/identifier.js'
import { type MachineOptions, theirSettings, them, us } from './machine.js'
import { type Pair, pair } from './pair.js'

const low = 0x01000001 as BgpIdentifier
const high = 0xf0000001 as BgpIdentifier

const orders = [
  { name: 'the first has the higher identifier', first: high, second: low },
  { name: 'the second has the higher identifier', first: low, second: high },
  { name: 'equal identifiers', first: low, second: low },
] as const

function duel(
  { first, second }: { readonly first: BgpIdentifier; readonly second: BgpIdentifier },
  random: () => number,
  settings: MachineOptions['settings'] = {},
): Pair {
  const made = pair(
    { speaker: { ...us, routerId: first }, settings, random },
    { speaker: { ...them, routerId: second }, settings: { ...theirSettings, ...settings }, random },
  )
  for (const side of made.sides) made.start(side)
  return made
}

/** Delivers and waits until nothing is under way and both are Established, for at most ten minutes. */
function untilUnited(made: Pair): boolean {
  for (let second = 0; second < 600; second++) {
    made.settle()
    if (made.united) return true
    made.advance(1000)
  }
  return false
}

for (const order of orders) {
  t.test(`${order.name}: opening at once ends in one session`, async (t) => {
    const made = duel(order, () => 0.5)
    made.settle()
    t.ok(made.united, 'without a second try')
    const [session] = made.sides[0].machine.peer.sessions
    t.equal(session?.direction, order.first >= order.second ? 'outgoing' : 'incoming')
    t.same(
      made.sides.map(({ downs }) => downs),
      [0, 0],
    )
  })

  t.test(`${order.name}: whatever overtakes what, it ends in one session that stays`, async (t) => {
    let runs = 0
    let flaps = 0
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 9 }), { maxLength: 60 }),
        fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })),
        fc.boolean(),
        (choices, jitter, enabled) => {
          const gracefulRestart = { enabled, restartTimeSeconds: 120 }
          const made = duel(order, () => jitter.next().value, { gracefulRestart })
          for (const choice of choices) {
            const waiting = made.waiting()
            // Nine is time that passes while messages are under way.
            if (choice === 9) made.advance(700)
            else if (waiting.length > 0) made.deliver(waiting[choice % waiting.length]!)
          }
          runs++
          if (!untilUnited(made)) return false
          if (made.sides.some(({ downs }) => downs > 0)) flaps++
          const downs = made.sides.map((side) => side.downs)
          for (let i = 0; i < 20; i++) {
            made.advance(15_000)
            made.settle()
          }
          return made.united && made.sides.every((side, i) => side.downs === downs[i])
        },
      ),
      { numRuns: 1000 },
    )
    t.equal(runs, 1000)
    t.comment(`${flaps} of ${runs} lost an Established session on the way`)
  })

  t.test(
    `${order.name}: where the network keeps the order, no Established session is ever lost`,
    async (t) => {
      let runs = 0
      fc.assert(
        fc.property(fc.array(fc.boolean(), { maxLength: 60 }), fc.boolean(), (choices, enabled) => {
          const gracefulRestart = { enabled, restartTimeSeconds: 120 }
          const made = duel(order, () => 0.5, { gracefulRestart })
          for (const first of choices) {
            // One side may be slow, but each sees what comes in the order in which it was sent.
            const side = made.sides[first ? 0 : 1]
            const [next] = made.waiting().filter((end) => end.side === side)
            if (next !== undefined) made.deliver(next)
          }
          runs++
          made.settle()
          return made.united && made.sides.every(({ downs }) => downs === 0)
        }),
        { numRuns: 1000 },
      )
      t.equal(runs, 1000)
    },
  )
}

t.test(
  'calls that cross: the second call comes while the first is under way, and both never die',
  async (t) => {
    let runs = 0
    let crossed = 0
    fc.assert(
      fc.property(
        fc.constantFrom(...orders),
        fc.array(fc.constantFrom('first', 'second', 'time'), { minLength: 20, maxLength: 60 }),
        fc.nat({ max: 99 }),
        ({ first, second }, choices, jitter) => {
          const settings = { connectRetryTimeSeconds: 1 }
          const made = pair(
            { speaker: { ...us, routerId: first }, settings, random: () => jitter / 100 },
            {
              speaker: { ...them, routerId: second },
              settings: { ...theirSettings, ...settings },
              random: () => 0.5,
            },
          )
          // Nobody is there yet: the first waits in Active, and calls again at some moment of what follows.
          made.start(made.sides[0])
          made.settle()
          made.advance(740)
          made.start(made.sides[1])
          for (const choice of choices) {
            if (choice === 'time') made.advance(40)
            const [next] = made.waiting().filter((end) => end.side.name === choice)
            if (next !== undefined) made.deliver(next)
          }
          made.settle()
          if (made.sides.some(({ machine: { done } }) => done.includes('send NOTIFICATION 6/7'))) crossed++
          runs++
          return made.united && made.sides.every(({ downs }) => downs === 0)
        },
      ),
      { numRuns: 2000 },
    )
    t.equal(runs, 2000)
    t.ok(crossed > 100, `${crossed} of them crossed`)
  },
)

t.test('a speaker that dials and one that only waits', async (t) => {
  for (const passive of [0, 1]) {
    const made = pair(
      { settings: { passive: passive === 0 } },
      { speaker: them, settings: { ...theirSettings, passive: passive === 1 } },
    )
    for (const side of made.sides) made.start(side)
    t.ok(untilUnited(made))
    t.equal(made.clock.now(), 0)
  }
})

t.test('the session lives on KEEPALIVEs alone, and dies of their absence', async (t) => {
  const made = duel(orders[0], () => 0.5)
  made.settle()
  for (let i = 0; i < 100; i++) {
    made.advance(30_000)
    made.settle()
  }
  t.ok(made.united)
  t.same(
    made.sides.map(({ downs }) => downs),
    [0, 0],
  )
  // Nothing is delivered any more.
  made.advance(89_000)
  t.equal(made.sides[0].machine.state, 'Established')
  made.advance(1_000)
  t.not(made.sides[0].machine.state, 'Established')
  t.ok(made.sides[0].machine.done.includes('send NOTIFICATION 4/0'))
})
