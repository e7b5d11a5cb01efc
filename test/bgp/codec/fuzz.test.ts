/** A short run of what `npm run fuzz` does a million times, so that the fuzzer itself is known to work. */
import t from 'tap'
import { corpus, sessions } from '../../fuzz/corpus.js'
import { mutate } from '../../fuzz/mutate.js'
import { prng } from '../../fuzz/prng.js'
import { FuzzSession } from '../../fuzz/session.js'

const seed = 4271

t.test('the same seed gives the same messages', async (t) => {
  t.strictSame(corpus(seed).slice(0, 20), corpus(seed).slice(0, 20))
  const numbers = (random = prng(seed)) => Array.from({ length: 20 }, () => random.below(1000))
  t.strictSame(numbers(), numbers())
  t.ok(new Set(numbers()).size > 10)
})

t.test('messages that nobody mutated are all read', async (t) => {
  const session = new FuzzSession({ ...sessions[3]!, external: false })
  const random = prng(seed)
  const messages = corpus(seed)
  t.ok(messages.length > 0)
  const verdicts = new Set(messages.flatMap((message) => session.receive(message, random)))
  const read = [
    'open',
    'update, accept',
    'update, treat-as-withdraw',
    'notification',
    'keepalive',
    'route-refresh',
  ]
  t.strictSame(
    [...verdicts].filter((verdict) => !read.includes(verdict)),
    [],
  )
})

t.test('20000 mutated messages give a message or a fault of the protocol', async (t) => {
  const messages = corpus(seed)
  const random = prng(seed)
  const open = sessions.map((context) => ({ context, session: new FuzzSession(context) }))
  const verdicts = new Set<string>()
  for (let i = 0; i < 20000; i++) {
    const { context, session } = open[i % open.length]!
    const base = messages[random.below(messages.length)]!
    const other = messages[random.below(messages.length)]!
    const mutated = mutate(base, other, random, context.maxMessageLength)
    for (const verdict of session.receive(mutated, random)) verdicts.add(verdict)
  }
  t.ok(verdicts.size > 15, 'far into every decoder')
})
