import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { RestartMarker } from '../../../src/state/restart-marker.js'
import { writeState } from '../../../src/state/state-file.js'

const RESTART_TIME = 120
const none = { restarted: false, forwardingPreserved: false }
const both = { restarted: true, forwardingPreserved: true }

/** A node `uptime` seconds after its boot. */
function boot(bootId: string, uptime: number) {
  return { bootId, at: uptime, uptimeSeconds: () => uptime }
}

t.test('a first start says nothing of a restart', async (t) => {
  const marker = new RestartMarker(join(t.testdir(), 'restart.json'), boot('a', 1000))
  t.same(marker.hints(RESTART_TIME), none)
  t.equal(marker.problem, undefined)
})

// R and F, by what the run before left behind and when this one began (RFC 4724 §4.1).
const starts = [
  { name: 'soon after', before: boot('a', 1000), now: boot('a', 1005), hints: both },
  { name: 'at the end of the restart time', before: boot('a', 1000), now: boot('a', 1119), hints: both },
  { name: 'after the restart time', before: boot('a', 1000), now: boot('a', 1120), hints: none },
  { name: 'after a reboot', before: boot('a', 1000), now: boot('b', 1005), hints: none },
  { name: 'after a reboot, earlier by the uptime', before: boot('a', 1000), now: boot('b', 20), hints: none },
]
t.ok(starts.length > 0)
for (const { name, before, now, hints } of starts) {
  t.test(`a start ${name} offers ${hints.restarted ? 'R and F' : 'neither R nor F'}`, async (t) => {
    const file = join(t.testdir(), 'restart.json')
    t.same(new RestartMarker(file, before).touch(), { ok: true, value: undefined })
    t.same(new RestartMarker(file, now).hints(RESTART_TIME), hints)
  })
}

t.test('R and F end with the restart time, for who connects later was not waiting for us', async (t) => {
  const file = join(t.testdir(), 'restart.json')
  new RestartMarker(file, boot('a', 1000)).touch()
  let uptime = 1005
  const marker = new RestartMarker(file, { bootId: 'a', uptimeSeconds: () => uptime })
  t.same(marker.hints(RESTART_TIME), both)
  uptime = 1005 + RESTART_TIME - 1
  t.same(marker.hints(RESTART_TIME), both)
  uptime++
  t.same(marker.hints(RESTART_TIME), none)
  t.same(marker.hints(0), none, 'and there is none where nobody was asked to wait')
})

t.test('being up again does not end the window of the restart before', async (t) => {
  const file = join(t.testdir(), 'restart.json')
  new RestartMarker(file, boot('a', 1000)).touch()
  const marker = new RestartMarker(file, boot('a', 1005))
  marker.touch()
  t.same(marker.hints(RESTART_TIME), both)
})

t.test('after a stop that told the peers to forget us, the next start is a beginning', async (t) => {
  const file = join(t.testdir(), 'restart.json')
  const marker = new RestartMarker(file, boot('a', 1000))
  marker.touch()
  marker.remove()
  t.notOk(existsSync(file))
  t.same(new RestartMarker(file, boot('a', 1001)).hints(RESTART_TIME), none)
  marker.remove()
})

t.test('a marker of another form is set aside, said so, and means no restart', async (t) => {
  const file = join(t.testdir(), 'restart.json')
  writeState(file, { bootId: 'a', upAt: 'now' })
  const marker = new RestartMarker(file, boot('a', 1000))
  t.match(marker.problem, /restart\.json cannot be used/)
  t.same(marker.hints(RESTART_TIME), none)
})

t.test('a marker that cannot be written is a refusal with the remedy', async (t) => {
  const directory = t.testdir({ state: 'a file where the directory should be' })
  const marker = new RestartMarker(join(directory, 'state', 'restart.json'), boot('a', 1000))
  t.match(marker.touch(), { ok: false, because: /control\.stateDirectory must be writable/ })
})
