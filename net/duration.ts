import { ok, type Result, refused } from './result.js'

const unitMilliseconds: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** Reads '90s', '300ms', '2m', '1h30m', '1.5s' into milliseconds; a number without a unit is refused, never guessed. */
export function parseDuration(text: string): Result<number> {
  const parts = text.match(/^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/)?.[0].match(/[\d.]+|[a-z]+/g)
  if (!parts)
    return refused(`'${text}' is not a duration; write a number and its unit: 300ms, 90s, 2m, 1h30m`)
  let milliseconds = 0
  for (let i = 0; i < parts.length; i += 2) {
    milliseconds += Number(parts[i]) * (unitMilliseconds[parts[i + 1] ?? ''] ?? Number.NaN)
  }
  return ok(milliseconds)
}

/** Whole seconds as people read uptimes: '0s', '3m12s', '26h0m5s' (the form of Go tools, hours not cut into days). */
export function formatSeconds(seconds: number): string {
  const whole = Math.trunc(seconds)
  const h = Math.floor(whole / 3600)
  const m = Math.floor(whole / 60) % 60
  const s = whole % 60
  if (h > 0) return `${h}h${m}m${s}s`
  return m > 0 ? `${m}m${s}s` : `${s}s`
}

/** Milliseconds as the file would have them: '300ms', '2s', '1.5s', '24h'. */
export function formatMs(ms: number): string {
  if (ms < 1000) return `${ms}ms`
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000}h`
  return `${ms / 1000}s`
}
