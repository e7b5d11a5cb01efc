import { parseIp } from '../net/ip.js'
import { addressOf, hostPrefix, lengthOf, type Prefix, parsePrefix, versionOf } from '../net/prefix.js'
import { PrefixCollector } from '../net/prefix-collector.js'
import type { PrefixSet } from '../net/prefix-set.js'
import { printable } from '../net/printable.js'
import { ok, type Result } from '../net/result.js'
import { rangeOfSpan, wordsOf } from '../net/span.js'
import { finish, type Steps } from '../net/steps.js'
import { announceable } from './announceable.js'
import { type ReadPrefix, readOctets } from './prefix-octets.js'

export interface LineProblem {
  /** From 1. */
  readonly line: number
  /** What is wrong, and what would be right. */
  readonly message: string
}

export interface ReadLines {
  readonly prefixes: PrefixSet
  /** In the order of the lines, at most `TOLD`. */
  readonly problems: readonly LineProblem[]
  /** All there are; more than `problems` holds when the list is cut. */
  readonly wrong: number
}

/** Wrong lines that are told of one by one. */
export const TOLD = 20
/** Octets of a line: a prefix with a generous comment. */
const LINE_OCTETS = 4096
/** Characters of a wrong one that are quoted. */
const QUOTED = 60

const [NEWLINE, RETURN, SPACE, TAB, HASH] = [0x0a, 0x0d, 0x20, 0x09, 0x23]

export interface LineRules {
  /** Whether a prefix may not stand twice. */
  readonly once: boolean
  /** Whether only what may leave this node is right. */
  readonly announceable: boolean
}

/**
 * Reads prefixes and addresses, one a line, out of octets that come in pieces; blank lines and what follows a `#` count
 * for nothing. Nothing is kept of a line but its number and its prefix.
 */
export class PrefixLines {
  readonly #rules: LineRules
  readonly #collector = new PrefixCollector()
  readonly #read: ReadPrefix = { version: 4, length: 0, words: new Uint32Array(4) }
  #line = 0
  /** A line whose end has not come yet. */
  #begun = new Uint8Array(0)
  readonly #problems: LineProblem[] = []
  #wrong = 0

  constructor(rules: LineRules) {
    this.#rules = rules
  }

  push(bytes: Uint8Array): void {
    let from = 0
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
      if (this.#begun.length === 0) this.#take(bytes, from, end)
      else {
        const line = joined(this.#begun, bytes.subarray(from, end))
        this.#begun = new Uint8Array(0)
        this.#take(line, 0, line.length)
      }
      from = end + 1
    }
    // Of a line that is too long anyway no more is kept than shows that.
    const room = LINE_OCTETS + 1 - this.#begun.length
    if (from < bytes.length) this.#begun = joined(this.#begun, bytes.subarray(from, from + room))
  }

  end(): ReadLines {
    return finish(this.ending())
  }

  /** As `end`, in steps. */
  *ending(): Steps<ReadLines> {
    if (this.#begun.length > 0) this.#take(this.#begun, 0, this.#begun.length)
    const repeats: LineProblem[] = []
    const prefixes = yield* this.#collector.building((line, before, span) => {
      if (!this.#rules.once) return
      this.#wrong++
      if (repeats.length >= TOLD) return
      const { first } = rangeOfSpan(span)
      repeats.push({ line, message: `${first} is in line ${before} already; remove one of them` })
    })
    const problems = [...this.#problems, ...repeats].sort((a, b) => a.line - b.line).slice(0, TOLD)
    return { prefixes, problems, wrong: this.#wrong }
  }

  #take(bytes: Uint8Array, start: number, end: number): void {
    this.#line++
    let [from, to] = [start, end]
    if (this.#line === 1 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) from += 3
    if (to - from > LINE_OCTETS) {
      this.#wrongLine(`has more than ${LINE_OCTETS} octets; write one prefix a line`)
      return
    }
    const comment = bytes.subarray(from, to).indexOf(HASH)
    if (comment >= 0) to = from + comment
    while (from < to && isBlank(bytes[from])) from++
    while (from < to && isBlank(bytes[to - 1])) to--
    if (from === to) return
    const read = this.#read
    if (readOctets(bytes, from, to, read)) {
      this.#collector.add(read.version, read.length, read.words, 1, this.#line)
      return
    }
    this.#takeSlowly(new TextDecoder().decode(bytes.subarray(from, to)))
  }

  #takeSlowly(text: string): void {
    const cut = printable(text.length > QUOTED ? `${text.slice(0, QUOTED)}…` : text)
    const read = cut === text ? parsePrefixOrAddress(text) : undefined
    const prefix = read?.ok === true && this.#rules.announceable ? announceable(read.value) : read
    if (prefix === undefined) this.#wrongLine(`'${cut}' is not a prefix; write ADDRESS/LENGTH, or an address`)
    else if (!prefix.ok) this.#wrongLine(prefix.because)
    else {
      const { value } = prefix
      this.#collector.add(versionOf(value), lengthOf(value), wordsOf(addressOf(value)), 1, this.#line)
    }
  }

  #wrongLine(message: string): void {
    this.#wrong++
    if (this.#problems.length < TOLD) this.#problems.push({ line: this.#line, message })
  }
}

/** A prefix, or an address as its host route. */
export function parsePrefixOrAddress(text: string): Result<Prefix> {
  if (text.includes('/')) return parsePrefix(text)
  const ip = parseIp(text)
  return ip.ok ? ok(hostPrefix(ip.value)) : ip
}

function isBlank(octet: number | undefined): boolean {
  return octet === SPACE || octet === TAB || octet === RETURN
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}
