import { parseArgs } from 'node:util'

export const parts = ['latency', 'flood', 'busy', 'failover', 'hand-over', 'split', 'links'] as const
export type Part = (typeof parts)[number]

export interface LanOptions {
  readonly quick: boolean
  readonly only: readonly Part[]
  readonly output: string
}

export const lanUsage = `npm run bench:lan -- [--quick] [--only PART,...] [--json FILE]

  --quick      a fifth of the trials and of the questions
  --only       ${parts.join(', ')}
  --json       where the results go (bench-lan-results.json)`

/** @throws TypeError in words for the user */
export function readLanOptions(argv: readonly string[], env: NodeJS.ProcessEnv): LanOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: { quick: { type: 'boolean' }, only: { type: 'string' }, json: { type: 'string' } },
  })
  const only = (values.only ?? '').split(',').filter(Boolean).map(part)
  return {
    // `npm run bench:lan --quick` gives the option to npm, which passes it on this way.
    quick: values.quick ?? env.npm_config_quick === 'true',
    only: only.length === 0 ? parts : only,
    output: values.json ?? 'bench-lan-results.json',
  }
}

function part(name: string): Part {
  const known = parts.find((each) => each === name)
  if (known === undefined)
    throw new TypeError(`nothing to measure is called '${name}'; there are ${parts.join(', ')}`)
  return known
}
