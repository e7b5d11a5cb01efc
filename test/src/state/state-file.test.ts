import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { hasState, readState, removeState, stateFile, writeState } from '../../../src/state/state-file.js'

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'number')

t.test('what is written is read again, in a directory that is made for it', async (t) => {
  const file = stateFile(join(t.testdir(), 'var', 'lib'), 'numbers.json')
  t.same(readState(file, isNumbers), { is: 'absent' })
  t.same(writeState(file, [1, 2]), { ok: true, value: undefined })
  t.same(writeState(file, [1, 2, 3]), { ok: true, value: undefined })
  t.same(readState(file, isNumbers), { is: 'read', value: [1, 2, 3] })
  t.same(readdirSync(join(file, '..')), ['numbers.json'], 'nothing else is left behind')
})

const unusable = [
  { name: 'half a file', text: '[1, 2', because: /cannot be used \(.*JSON.*\); it is kept as/ },
  { name: 'an empty file', text: '', because: /cannot be used \(.*JSON/ },
  { name: 'another form', text: '{"routes":[]}', because: /another form than this version writes/ },
  {
    name: 'something else of the same kind',
    text: '["1"]',
    because: /another form than this version writes/,
  },
]
t.ok(unusable.length > 0)
for (const { name, text, because } of unusable) {
  t.test(`${name} is set aside with its content, and said so`, async (t) => {
    const file = join(t.testdir({ 'state.json': text }), 'state.json')
    const state = readState(file, isNumbers)
    t.match(state, { is: 'set-aside', text: because })
    t.notOk(existsSync(file))
    t.equal(readFileSync(`${file}.unusable`, 'utf8'), text)
    t.same(readState(file, isNumbers), { is: 'absent' }, 'and is out of the way next time')
  })
}

t.test('what is no file at all is set aside as well', async (t) => {
  const file = join(t.testdir({ 'state.json': { inside: '' } }), 'state.json')
  t.match(readState(file, isNumbers), { is: 'set-aside', text: /EISDIR/ })
  t.ok(existsSync(`${file}.unusable`))
})

t.test('one that cannot even be renamed is told of, and is not fatal', async (t) => {
  const directory = t.testdir({ 'state.json': 'x' })
  const file = join(directory, 'state.json')
  mkdirSync(join(directory, 'state.json.unusable', 'taken'), { recursive: true })
  t.match(readState(file, isNumbers), { is: 'set-aside', text: /nor renamed/ })
})

t.test('a write that fails leaves what there was, and says what is needed', async (t) => {
  const directory = t.testdir()
  const file = join(directory, 'state.json')
  writeState(file, [1])
  // Where the new file would be made there is a directory: not even root can write that.
  mkdirSync(`${file}.new`)
  t.match(writeState(file, [2]), {
    ok: false,
    because: /^cannot write .*state\.json: EISDIR.*; control\.stateDirectory must be writable$/,
  })
  t.same(readState(file, isNumbers), { is: 'read', value: [1] })
})

t.test('a state directory that is a file is a refusal, not an exception', async (t) => {
  const directory = t.testdir()
  writeFileSync(join(directory, 'var'), '')
  t.match(writeState(join(directory, 'var', 'state.json'), []), { ok: false, because: /stateDirectory/ })
})

t.test('half a file that a failed write leaves is removed', async (t) => {
  const directory = t.testdir({ 'state.json': { inside: '' } })
  // A file cannot be renamed over a directory, so this fails after the new file is whole.
  t.match(writeState(join(directory, 'state.json'), []), { ok: false })
  t.same(readdirSync(directory), ['state.json'])
})

t.test('what is there, whatever it is, is told from what is not', async (t) => {
  const directory = t.testdir({ 'state.json': '', folder: {} })
  t.ok(hasState(join(directory, 'state.json')))
  t.ok(hasState(join(directory, 'folder')))
  t.notOk(hasState(join(directory, 'absent')))
  t.notOk(hasState(join(directory, 'state.json', 'below')))
})

t.test('removing what is not there succeeds, and what cannot be removed is a refusal', async (t) => {
  const directory = t.testdir({ folder: {} })
  t.match(removeState(join(directory, 'absent')), { ok: true })
  t.match(removeState(join(directory, 'folder')), {
    ok: false,
    because: /^cannot remove .*folder: .*; control\.stateDirectory must be writable$/,
  })
})
