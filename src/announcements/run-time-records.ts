import { PrefixLines } from '../../config/prefix-lines.js'
import { isEmpty, type PrefixSet, prefixesOf } from '../../net/prefix-set.js'
import type { LogRecord } from '../state/change-log.js'
import { fromStored, type RunTimeTerms, storedForm } from './run-time.js'

/** What a record of the log says: these prefixes have these terms from now on, or none. */
export interface RunTimeRecord {
  readonly prefixes: PrefixSet
  /** Absent: they are withdrawn. */
  readonly terms?: RunTimeTerms
}

const [ANNOUNCE, WITHDRAW] = ['announce ', 'withdraw']
/** Lines that are made into text at a time: a few milliseconds. */
const LINES = 4096

export function announced(terms: RunTimeTerms, prefixes: PrefixSet): readonly LogRecord[] {
  return record(`${ANNOUNCE}${JSON.stringify(storedForm(terms))}`, prefixes)
}

export function withdrawn(prefixes: PrefixSet): readonly LogRecord[] {
  return record(WITHDRAW, prefixes)
}

/** Problems are in words; of a record whose terms cannot be read nothing is left. */
export function read({ head, body }: { readonly head: string; readonly body: Uint8Array }): {
  readonly change?: RunTimeRecord
  readonly problems: readonly string[]
} {
  const lines = new PrefixLines({ once: false, announceable: true })
  lines.push(body)
  const { prefixes, problems, wrong } = lines.end()
  const told = problems.map(
    ({ message }) => `what was announced at run time: a prefix is left out (${message})`,
  )
  if (wrong > told.length)
    told.push(`what was announced at run time: ${wrong - told.length} more are left out`)
  if (head === WITHDRAW) return { change: { prefixes }, problems: told }
  const terms = head.startsWith(ANNOUNCE) ? fromStored(head.slice(ANNOUNCE.length)) : undefined
  if (terms?.ok === true) return { change: { prefixes, terms: terms.value }, problems: told }
  const because = terms === undefined ? 'it is of another form than this version writes' : terms.because
  return { problems: [`what was announced at run time: a change is left out (${because})`] }
}

function record(head: string, prefixes: PrefixSet): readonly LogRecord[] {
  return isEmpty(prefixes) ? [] : [{ head, body: linesOf(prefixes) }]
}

function* linesOf(prefixes: PrefixSet): Generator<string> {
  let text = ''
  let lines = 0
  for (const prefix of prefixesOf(prefixes)) {
    text += `${prefix}\n`
    if (++lines % LINES > 0) continue
    yield text
    text = ''
  }
  yield text
}
