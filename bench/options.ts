import { parseArgs } from 'node:util'
import { type SpeakerName, speakerNames } from './speakers/speaker.js'

export interface Options {
  readonly quick: boolean
  readonly only: readonly SpeakerName[]
  /** Beginnings of the names of cases; empty means all. */
  readonly cases: readonly string[]
  readonly output: string
  readonly limitSeconds: number
  /** Instead of what the case would have; absent leaves it. */
  readonly repeats?: number
}

export const usage = `npm run bench -- [--quick] [--only herald,bird] [--case NAME,...] [--repeats N] [--limit SECONDS] [--output FILE]

  --quick      100,000 prefixes and 10 peers instead of 1,000,000 and 100; a few minutes instead of half an hour
  --only       ${speakerNames.join(', ')}
  --case       one-peer, peers, small, sets, ipv6, mixed, churn, idle, receive, scaling; or how a name begins
  --repeats    of each measurement; its median counts
  --limit      seconds after which a measurement is given up
  --output     where the results go as JSON (bench-results.json)`

/** @throws TypeError in words for the user */
export function readOptions(argv: readonly string[], env: NodeJS.ProcessEnv): Options {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      quick: { type: 'boolean' },
      only: { type: 'string' },
      case: { type: 'string' },
      repeats: { type: 'string' },
      limit: { type: 'string' },
      output: { type: 'string' },
    },
  })
  // `npm run bench --quick` gives the option to npm, which passes it on this way.
  const quick = values.quick ?? env.npm_config_quick === 'true'
  const only = words(values.only).map((name) => {
    const known = speakerNames.find((each) => each === name)
    if (known === undefined) throw new TypeError(`no speaker '${name}'; there are ${speakerNames.join(', ')}`)
    return known
  })
  return {
    quick,
    only: only.length === 0 ? speakerNames : only,
    cases: words(values.case),
    output: values.output ?? 'bench-results.json',
    limitSeconds: number(values.limit, 'limit') ?? (quick ? 60 : 120),
    ...(values.repeats !== undefined && { repeats: number(values.repeats, 'repeats') ?? 1 }),
  }
}

function words(text: string | undefined): readonly string[] {
  return text === undefined ? [] : text.split(',').filter(Boolean)
}

function number(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new TypeError(`--${name} takes a number from 1, not '${text}'`)
  return Number(text)
}
