import { createHash } from 'node:crypto'
import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { ok, type Result, refused } from '../../net/result.js'
import { codeOf, copyAside, discard, messageOf, remedyFor } from './state-file.js'

/** One change: what it is in a line, and the lines that it is about. */
export interface LogRecord {
  /** One line, without its end. */
  readonly head: string
  /** Whole lines, each with its end, in pieces. */
  readonly body: Iterable<string>
}

/** What is in a log: whole records, and how much of it was not. */
export interface LogRead {
  readonly records: readonly { readonly head: string; readonly body: Uint8Array }[]
  /** In words, of what could not be used. */
  readonly problems: readonly string[]
}

/** How records begin and end; lines between them begin with neither. */
const [HEAD, END] = ['+ ', '= ']
/** Steps of some milliseconds; what is written to a descriptor that comes out of one is on the disk before the next. */
type Writing<Value> = Generator<number | undefined, Value>

const synced = promisify(fdatasync)
/** Octets that are written at a time. */
const PIECE = 1 << 18

/**
 * A file to which changes are appended: what a change costs goes with its size, not with that of what there is. A
 * record counts once its last line is there, with a digest over it: of one that the power cut short nothing is left.
 */
export class ChangeLog {
  readonly #file: string
  #octets = 0
  /** What was not read yet, or could not be, is there all the same, and is not to be written over. */
  #unread = true

  constructor(file: string) {
    this.#file = file
  }

  /** Of the file. */
  get octets(): number {
    return this.#octets
  }

  /** Never fatal: what cannot be used is told, and the file as it was is kept beside. */
  read(): LogRead {
    let bytes: Buffer
    try {
      bytes = readFileSync(this.#file)
    } catch (error) {
      this.#unread = codeOf(error) !== 'ENOENT'
      if (!this.#unread) return { records: [], problems: [] }
      return { records: [], problems: [`${this.#file} cannot be read (${messageOf(error)})`] }
    }
    const { records, end, wrong } = recordsOf(bytes)
    this.#unread = false
    this.#octets = end
    // What the power cut short was never acknowledged: it is overwritten without a word.
    if (wrong === 0) return { records, problems: [] }
    const lost = `${wrong} ${wrong === 1 ? 'change' : 'changes'} cannot be read`
    return { records, problems: [`${this.#file}: ${lost}; ${copyAside(this.#file)}`] }
  }

  /** All of them or none, and on the disk when it returns. */
  append(records: readonly LogRecord[]): Result<void> {
    return atOnce(this.#appending(records))
  }

  /** These records instead of all that is there: the whole of them or nothing, also when the power fails. */
  replace(records: readonly LogRecord[]): Result<void> {
    return atOnce(this.#replacing(records))
  }

  /**
   * As `append`, for very many: with a turn between steps of some milliseconds, and the disk, which may take far longer,
   * is waited for elsewhere. Nothing else may be written meanwhile.
   */
  appendInTurns(records: readonly LogRecord[], turn: () => Promise<void>): Promise<Result<void>> {
    return inTurns(this.#appending(records), turn)
  }

  /** As `replace`, in such turns. */
  replaceInTurns(records: readonly LogRecord[], turn: () => Promise<void>): Promise<Result<void>> {
    return inTurns(this.#replacing(records), turn)
  }

  *#appending(records: readonly LogRecord[]): Writing<Result<void>> {
    if (this.#unread) this.read()
    if (this.#unread)
      return refused(
        `${this.#file} cannot be read, and nothing is written over it; restart herald once it can be`,
      )
    try {
      mkdirSync(dirname(this.#file), { recursive: true, mode: 0o750 })
      const isNew = this.#octets === 0
      const fd = openSync(this.#file, isNew ? 'a' : 'r+', 0o640)
      try {
        ftruncateSync(fd, this.#octets)
        const end = yield* writing(fd, records, this.#octets)
        yield fd
        this.#octets = end
      } catch (error) {
        ftruncateSync(fd, this.#octets)
        throw error
      } finally {
        closeSync(fd)
      }
      if (isNew) yield* syncingDirectory(dirname(this.#file))
      return ok(undefined)
    } catch (error) {
      return this.#notWritten(error)
    }
  }

  *#replacing(records: readonly LogRecord[]): Writing<Result<void>> {
    const temporary = `${this.#file}.new`
    try {
      mkdirSync(dirname(this.#file), { recursive: true, mode: 0o750 })
      const fd = openSync(temporary, 'w', 0o640)
      let end: number
      try {
        end = yield* writing(fd, records, 0)
        yield fd
      } finally {
        closeSync(fd)
      }
      renameSync(temporary, this.#file)
      yield* syncingDirectory(dirname(this.#file))
      this.#octets = end
      return ok(undefined)
    } catch (error) {
      discard(temporary)
      return this.#notWritten(error)
    }
  }

  #notWritten(error: unknown): Result<never> {
    const because = `cannot write ${this.#file}: ${messageOf(error)}`
    return refused(`${because}; ${remedyFor(error)}`)
  }
}

function atOnce<Value>(writing: Writing<Value>): Value {
  let step = writing.next()
  while (step.done !== true) {
    try {
      if (step.value !== undefined) fdatasyncSync(step.value)
    } catch (error) {
      step = writing.throw(error)
      continue
    }
    step = writing.next()
  }
  return step.value
}

async function inTurns<Value>(writing: Writing<Value>, turn: () => Promise<void>): Promise<Value> {
  let step = writing.next()
  while (step.done !== true) {
    try {
      await (step.value === undefined ? turn() : synced(step.value))
    } catch (error) {
      step = writing.throw(error)
      continue
    }
    step = writing.next()
  }
  return step.value
}

function* syncingDirectory(directory: string): Writing<void> {
  const fd = openSync(directory, 'r')
  try {
    yield fd
  } finally {
    closeSync(fd)
  }
}

/** Answers where it ends. */
function* writing(fd: number, records: readonly LogRecord[], from: number): Writing<number> {
  let at = from
  let piece = ''
  const flush = () => {
    const bytes = Buffer.from(piece)
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(fd, bytes, done, bytes.length - done, at + done)
    }
    at += bytes.length
    piece = ''
  }
  for (const { head, body } of records) {
    const digest = createHash('sha256')
    const add = (text: string) => {
      digest.update(text)
      piece += text
      if (piece.length > PIECE) flush()
    }
    add(`${HEAD}${head}\n`)
    for (const text of body) {
      add(text)
      yield undefined
    }
    piece += `${END}${shortened(digest)}\n`
  }
  flush()
  return at
}

function recordsOf(bytes: Buffer): LogRead & { readonly end: number; readonly wrong: number } {
  const records: LogRead['records'][number][] = []
  let wrong = 0
  let end = 0
  let from = 0
  while (from < bytes.length) {
    const close = bytes.indexOf(`\n${END}`, from)
    const stop = close < 0 ? -1 : bytes.indexOf('\n', close + 1)
    if (stop < 0) {
      // The last one, cut short; or no log at all, if nothing of it is as it should be.
      if (from === 0 && !bytes.toString('latin1', 0, HEAD.length).startsWith(HEAD)) wrong++
      break
    }
    const whole = bytes.subarray(from, close + 1)
    const digest = bytes.toString('latin1', close + 1 + END.length, stop)
    const headEnd = whole.indexOf('\n')
    if (whole.toString('latin1', 0, HEAD.length) === HEAD && digestOf(whole) === digest) {
      records.push({ head: whole.toString('utf8', HEAD.length, headEnd), body: whole.subarray(headEnd + 1) })
    } else wrong++
    from = stop + 1
    end = from
  }
  return { records, problems: [], end, wrong }
}

function digestOf(bytes: Uint8Array): string {
  return shortened(createHash('sha256').update(bytes))
}

/** Enough against what disks do; nobody is kept from writing another. */
function shortened(digest: ReturnType<typeof createHash>): string {
  return digest.digest('hex').slice(0, 16)
}
