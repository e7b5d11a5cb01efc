import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import t, { type Test } from 'tap'
import { requires } from '../../support/requires.js'
import { onTerminal } from '../../support/typing.js'
import { peers } from '../control/reports.js'
import { serving } from '../control/serving.js'
import { runHerald } from './run-herald.js'

const [first] = peers
if (first === undefined) throw new Error('there are no peers')
const named = ['tor-1', 'tor-2', '2001:db8::1'].map((name) => ({ ...first, name }))

interface Row {
  readonly typed: readonly string[]
  readonly words: readonly string[]
}

const rows: readonly Row[] = [
  { typed: ['pe'], words: ['peers'] },
  { typed: ['routes', ''], words: ['available', 'advertised', 'received', 'help'] },
  { typed: ['routes', 'advertised', '--w'], words: ['--watch'] },
  { typed: ['--so'], words: ['--socket'] },
  { typed: ['peers', '--so'], words: ['--socket'] },
  { typed: ['peers', 'tor'], words: ['tor-1', 'tor-2'] },
  { typed: ['peers', 'tor-1', ''], words: [] },
  { typed: ['routes', 'received', '2'], words: ['2001:db8::1'] },
  { typed: ['announce', '10.0.0.1', '--peer', 'tor-1', '--peer', 't'], words: ['tor-1', 'tor-2'] },
  { typed: ['announce', '--peer=tor-2'], words: ['--peer=tor-2'] },
  { typed: ['peers', '-o', ''], words: ['table', 'json'] },
  { typed: ['peers', '--output=j'], words: ['--output=json'] },
  { typed: ['router-config', '--for', 'i'], words: ['ios'] },
  { typed: ['explain', '192.0.2.1', 'tor-1'], words: ['tor-1'] },
  { typed: ['announce', '--med', ''], words: [] },
  { typed: ['announce', ''], words: [] },
  { typed: ['check', ''], words: [':file'] },
  { typed: ['run', '-c', 'x'], words: [':file'] },
  { typed: ['run', '--config=x'], words: [':file'] },
  { typed: ['nonsense', ''], words: [] },
  { typed: ['--socket', '/nowhere', 'peers', 'tor'], words: [] },
]

async function withPeers(t: Test) {
  const { socket } = await serving(t, { peers: () => named })
  return { HERALD_SOCKET: socket }
}

t.test('what may stand at the end of a line', async (t) => {
  const env = await withPeers(t)
  t.ok(rows.length > 0, 'there are lines')
  for (const { typed, words } of rows) {
    const { code, stdout, stderr } = await runHerald(['completion', 'words', '--', ...typed], { env })
    const found = stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => line.split('\t')[0])
    t.same({ code, found, stderr }, { code: 0, found: words, stderr: '' }, `herald ${typed.join(' ')}`)
  }
})

t.test('without a daemon there are no names of peers, and no complaint', async (t) => {
  const env = { HERALD_SOCKET: join(t.testdir(), 'nobody.sock') }
  t.same(await runHerald(['completion', 'words', '--', 'peers', ''], { env }), {
    code: 0,
    stdout: '',
    stderr: '',
  })
})

/** What a person types, and the line that comes of it. */
const lines = [
  { keys: 'herald pee\t', line: ['peers'] },
  { keys: 'herald routes rec\t', line: ['routes', 'received'] },
  { keys: 'herald peers tor-2\t', line: ['peers', 'tor-2'] },
  { keys: 'herald peers 2001:\t', line: ['peers', '2001:db8::1'] },
  { keys: 'herald peers --int\t', line: ['peers', '--interval'] },
  { keys: 'herald peers -o js\t', line: ['peers', '-o', 'json'] },
  { keys: 'herald peers --output=js\t', line: ['peers', '--output=json'] },
  { keys: 'herald check some\t', line: ['check', 'some-herald.yaml'] },
  { keys: 'herald run -c some\t', line: ['run', '-c', 'some-herald.yaml'] },
  { keys: 'herald run --config=some\t', line: ['run', '--config=some-herald.yaml'] },
]

/** As their users set them up, but for a prompt that can be told. */
const shells = [
  { shell: 'bash', command: 'bash --rcfile bashrc -i', prompt: /READY>/ },
  { shell: 'zsh', command: 'zsh -i', prompt: /READY>/ },
  { shell: 'fish', command: 'fish -i', prompt: /READY>/ },
]

const rc = {
  bashrc: `PS1='READY>'; eval "$(herald completion bash)"\n`,
  '.zshrc': `PS1='READY>'; autoload -U compinit; compinit -D -u; eval "$(herald completion zsh)"\n`,
  'config.fish': `function fish_prompt; echo -n 'READY>'; end; function fish_greeting; end
herald completion fish | source\n`,
}

t.ok(lines.length > 0)
for (const { shell, command, prompt } of shells) {
  t.test(`TAB completes in ${shell}`, async (t) => {
    if (!requires(t, shell, 'script')) return
    const folder = t.testdir({
      bin: {},
      fish: { 'config.fish': rc['config.fish'] },
      work: { 'some-herald.yaml': '' },
    })
    writeFileSync(join(folder, 'work/bashrc'), rc.bashrc)
    writeFileSync(join(folder, '.zshrc'), rc['.zshrc'])
    // Tells what it was called with; completion alone is herald's.
    const main = resolve('dist/src/main.js')
    writeFileSync(
      join(folder, 'bin/herald'),
      `#!/bin/sh\n[ "$1" = completion ] && exec ${process.execPath} ${main} "$@"\nprintf 'CALLED'; printf '<%s>' "$@"; echo\n`,
      { mode: 0o755 },
    )
    mkdirSync(join(folder, 'home'))
    const terminal = onTerminal(`cd ${join(folder, 'work')} && exec ${command}`, {
      ...(await withPeers(t)),
      ...{ PATH: `${join(folder, 'bin')}:${process.env.PATH}`, LC_ALL: 'C.UTF-8' },
      ...{
        HOME: join(folder, 'home'),
        ZDOTDIR: folder,
        XDG_CONFIG_HOME: folder,
        XDG_DATA_HOME: join(folder, 'home'),
      },
    })
    t.teardown(terminal.kill)
    for (const { keys, line } of lines) {
      await terminal.expect(prompt)
      terminal.type(`${keys}\r`)
      const [, words = ''] = await terminal.expect(/CALLED<(.*)>\r?\n/)
      t.same(words.trim().split('><'), line, keys.trim())
    }
    await terminal.expect(prompt)
    terminal.type('exit\r')
    t.equal(await terminal.ended, 0)
  })
}
