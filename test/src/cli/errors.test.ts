import t from 'tap'
import { CommandFailed, wordsOf } from '../../../src/cli/errors.js'

const withCode = (message: string, code: string) => Object.assign(new Error(message), { code })

const cases = [
  {
    name: 'what is written for the user stays',
    error: new CommandFailed('no such peer'),
    words: /^no such peer$/,
  },
  {
    name: 'a binary of koffi that is missing is no bug of ours',
    error: new Error('Cannot find the native Koffi module; did you bundle it correctly?'),
    words:
      /^the native module koffi cannot be loaded: its binary, .* is not there; docs\/troubleshooting\.md/,
  },
  {
    name: 'nor is one that the loader refuses, whose reason is told',
    error: withCode('/x/koffi.node: failed to map segment from shared object', 'ERR_DLOPEN_FAILED'),
    words: /cannot be loaded: \/x\/koffi\.node: failed to map segment from shared object; docs/,
  },
  { name: 'anything else has no words', error: withCode('no such file', 'ENOENT'), words: undefined },
] as const

t.ok(cases.length > 0, 'there are errors to test')
for (const { name, error, words } of cases) {
  t.test(name, async (t) => {
    if (words === undefined) t.equal(wordsOf(error), undefined)
    else t.match(wordsOf(error), words)
  })
}
