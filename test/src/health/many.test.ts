/** Many checks on this machine's own processes and event loop. */
import t from 'tap'
import type { HealthCheck } from '../../../config/health-check.js'
import { systemClock } from '../../../src/clock.js'
import { Check } from '../../../src/health/check.js'
import { realProbing } from '../../../src/health/probes.js'
import { Turns } from '../../../src/health/turns.js'
import { waitFor } from '../../support/wait.js'

const SLOW = 200
const PLACES = 128

const command = (argv: [string, ...string[]]): HealthCheck => ({
  probe: { kind: 'exec', argv },
  ...{ intervalMs: 60_000, timeoutMs: 60_000, rise: 1, fall: 1 },
})

t.test('200 slow commands delay neither a quick one nor the event loop', async (t) => {
  const probing = realProbing(systemClock)
  let running = 0
  let most = 0
  /** Names of commands as they began, and 'turn' for each turn of the event loop between. */
  const order: string[] = []
  const services = {
    clock: systemClock,
    later: setImmediate,
    turns: new Turns(PLACES, setImmediate),
    random: () => 0,
    wallTime: () => '',
    probing: {
      ...probing,
      start: (...[probe, context, done]: Parameters<typeof probing.start>) => {
        order.push(context.announcement)
        most = Math.max(most, ++running)
        return probing.start(probe, context, (outcome) => {
          running--
          done(outcome)
        })
      },
    },
  }
  const check = (announcement: string, definition: HealthCheck) =>
    new Check({ announcement, definition, announced: false }, services, () => undefined)
  const slow = Array.from({ length: SLOW }, (_, i) => check(`slow-${i}`, command(['sleep', '1000'])))
  const quick = check('quick', { ...command(['true']), intervalMs: 100 })
  t.teardown(() => {
    ticking = false
    for (const each of [...slow, quick]) each.stop()
  })
  let ticking = true
  const tick = () => {
    order.push('turn')
    if (ticking) setImmediate(tick)
  }

  quick.start()
  for (const each of slow.slice(0, PLACES - 1)) each.start()
  tick()
  await waitFor('the quick one to be asked again while the slow ones hang', () => quick.counts.passed >= 3)
  ticking = false
  const commands = order.flatMap((name, i) => (name === 'turn' ? [] : [i]))
  t.ok(commands.length > PLACES)
  t.notOk(
    commands.some((at, i) => commands[i + 1] === at + 1),
    'between two starts the event loop went round',
  )

  for (const each of slow.slice(PLACES - 1)) each.start()
  await waitFor('every place to be taken', () => running === PLACES)
  t.equal(most, PLACES, 'never more at once')
  for (const each of [...slow, quick]) each.stop()
  await waitFor('all to be gone', () => running === 0)
})
