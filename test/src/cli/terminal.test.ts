import { PassThrough } from 'node:stream'
import t from 'tap'
import { openTerminal } from '../../../src/cli/terminal.js'

function surroundings(isTTY: boolean, env: Record<string, string> = {}) {
  const codes: number[] = []
  const stdout = Object.assign(new PassThrough(), { isTTY })
  return { stdout, stderr: new PassThrough(), env, exit: (code: number) => codes.push(code), codes }
}

const colours = [
  { name: 'a terminal', isTTY: true, env: {}, coloured: true },
  { name: 'a pipe', isTTY: false, env: {}, coloured: false },
  { name: 'a terminal with NO_COLOR', isTTY: true, env: { NO_COLOR: '1' }, coloured: false },
  { name: 'a terminal with an empty NO_COLOR', isTTY: true, env: { NO_COLOR: '' }, coloured: true },
  { name: 'a dumb terminal', isTTY: true, env: { TERM: 'dumb' }, coloured: false },
] as const

t.ok(colours.length > 0, 'there are terminals to test')
for (const { name, isTTY, env, coloured } of colours) {
  t.test(`${name} gets ${coloured ? 'colours' : 'plain text'}`, async (t) => {
    const { paint } = openTerminal(surroundings(isTTY, env))
    t.equal(paint('good', 'up') !== 'up', coloured)
  })
}

t.test('a reader that goes away ends the command without an error', async (t) => {
  const around = surroundings(false)
  openTerminal(around).write('words')
  around.stdout.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
  t.same(around.codes, [0])
})

t.test('any other failure to write is not swallowed', async (t) => {
  const around = surroundings(false)
  openTerminal(around).write('words')
  t.throws(() => around.stdout.emit('error', Object.assign(new Error('disk full'), { code: 'ENOSPC' })), {
    code: 'ENOSPC',
  })
})

t.test('until it is written to, the stream is left to others', async (t) => {
  const around = surroundings(false)
  openTerminal(around)
  t.equal(around.stdout.listenerCount('error'), 0)
})

t.test('progress is drawn on a terminal alone, and gone before the next word', async (t) => {
  const drawn = (isTTY: boolean) => {
    const stderr = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY })
    const stdout = new PassThrough()
    const terminal = openTerminal({ stdout, stderr, env: {}, exit: () => undefined })
    terminal.progress('half')
    terminal.progress('all')
    terminal.remark('done')
    terminal.remark('twice')
    return stderr.read()
  }
  t.equal(drawn(true), '\r\u001b[Khalf\r\u001b[Kall\r\u001b[Kdone\ntwice\n')
  t.equal(drawn(false), 'done\ntwice\n')
})
