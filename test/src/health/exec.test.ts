import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { systemClock } from '../../../src/clock.js'
import { execProbe } from '../../../src/health/exec.js'
import type { Outcome } from '../../../src/health/probe.js'
import { shortDirectory } from '../../support/short-directory.js'
import { waitFor } from '../../support/wait.js'

/** Starts a command; `done` resolves with its outcome, and fails the test when there is a second one. */
function started(t: Test, ...argv: [string, ...string[]]) {
  let abort = () => {}
  const done = new Promise<Outcome>((resolve) => {
    let outcomes = 0
    abort = execProbe(
      { kind: 'exec', argv },
      { announcement: 'dns', verdict: 'healthy' },
      (outcome) => {
        t.equal(++outcomes, 1, 'one outcome')
        resolve(outcome)
      },
      systemClock,
    )
  })
  return { done, abort }
}

const shell = (t: Test, script: string) => started(t, 'sh', '-c', script)

interface Row {
  readonly name: string
  readonly argv: [string, ...string[]]
  readonly outcome: Outcome | { readonly passed: boolean; readonly text: RegExp }
}

const rows: readonly Row[] = [
  {
    name: 'exit status 0 passes',
    argv: ['true'],
    outcome: { passed: true, text: 'exit status 0' },
  },
  {
    name: 'what a command prints last is kept',
    argv: ['sh', '-c', 'echo one; echo two; echo'],
    outcome: { passed: true, text: 'two' },
  },
  { name: 'any other status fails', argv: ['false'], outcome: { passed: false, text: 'exit status 1' } },
  {
    name: 'what it complains of on standard error is told',
    argv: ['sh', '-c', 'echo fine; sleep 0.1; echo no servers could be reached >&2; exit 9'],
    outcome: { passed: false, text: 'exit status 9: no servers could be reached' },
  },
  {
    name: 'a signal fails',
    argv: ['sh', '-c', 'kill -TERM $$'],
    outcome: { passed: false, text: 'killed by SIGTERM' },
  },
  {
    name: 'no shell looks at the arguments',
    argv: ['echo', '$HOME; *', '"'],
    outcome: { passed: true, text: '$HOME; * "' },
  },
  {
    name: 'the environment names the announcement and its state',
    argv: ['sh', '-c', 'echo $HERALD_ANNOUNCEMENT $HERALD_HEALTH'],
    outcome: { passed: true, text: 'dns healthy' },
  },
  {
    name: 'there is no input to wait for',
    argv: ['cat'],
    outcome: { passed: true, text: 'exit status 0' },
  },
  {
    name: 'a command that does not exist fails with its name',
    argv: ['herald-no-such-command'],
    outcome: { passed: false, text: 'cannot start herald-no-such-command: there is no such command' },
  },
  {
    name: 'what is no program fails',
    argv: ['/etc'],
    outcome: { passed: false, text: 'cannot start /etc: not executable for this user' },
  },
  {
    name: 'more arguments than the kernel takes fail',
    argv: ['echo', 'x'.repeat(4 * 1024 * 1024)],
    outcome: { passed: false, text: /E2BIG/ },
  },
  {
    name: 'of endless output the end is kept, cut, and nothing waits for a reader',
    argv: ['sh', '-c', 'yes no | head -c 3000000; printf %0500d 0'],
    outcome: { passed: true, text: /^0{200}…$/ },
  },
  {
    name: 'control characters do not reach a terminal',
    argv: ['printf', '\\033[31mred'],
    outcome: { passed: true, text: '\ufffd[31mred' },
  },
]

t.ok(rows.length > 0)
for (const { name, argv, outcome } of rows) {
  t.test(name, async (t) => {
    t.match(await started(t, ...argv).done, outcome)
  })
}

t.test('giving up kills the command and all that it started', async (t) => {
  const folder = shortDirectory(t)
  const { done, abort } = shell(t, `trap '' TERM; sleep 1000 & echo $! > ${folder}/child; wait`)
  const child = await waitFor('the child', () => numberIn(join(folder, 'child')))
  abort()
  t.same(await done, { passed: false, text: 'killed by SIGKILL' })
  await waitFor('the child to end', () => !runs(child))
  t.pass('nothing is left')
})

t.test('what a command leaves behind ends with it', async (t) => {
  const folder = shortDirectory(t)
  const { done } = shell(t, `sleep 1000 & echo $! > ${folder}/child; exit 0`)
  t.match(await done, { passed: true })
  await waitFor('the child to end', () => !runs(numberIn(join(folder, 'child')) ?? 0))
  t.pass('nothing is left')
})

t.test(
  'a descendant that hides in a session of its own, and holds the output, is not waited for',
  async (t) => {
    const folder = shortDirectory(t)
    const { done } = shell(t, `setsid sh -c 'echo $$ > ${folder}/child; exec sleep 1000' & sleep 0.2; exit 3`)
    const child = await waitFor('the child', () => numberIn(join(folder, 'child')))
    t.teardown(() => process.kill(child, 'SIGKILL'))
    t.match(await done, { passed: false, text: 'exit status 3' })
    t.ok(runs(child), 'it lives on')
  },
)

t.test('giving up twice, or what has ended, does nothing', async (t) => {
  const { done, abort } = started(t, 'true')
  await done
  abort()
  abort()
  t.pass('nothing')
})

function numberIn(file: string): number | undefined {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  return text.endsWith('\n') ? Number(text) : undefined
}

/** Whether a process runs; one that is dead and not yet reaped does not. */
function runs(pid: number): boolean {
  const file = `/proc/${pid}/stat`
  try {
    return !/\) Z /.test(readFileSync(file, 'utf8'))
  } catch {
    return false
  }
}
