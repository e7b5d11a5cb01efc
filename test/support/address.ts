import { type Ip, parseIp } from '../../net/ip.js'
import { type Prefix, parsePrefix } from '../../net/prefix.js'
import type { PrefixRange } from '../../net/prefix-range.js'
import type { Result } from '../../net/result.js'

export function ip(text: string): Ip {
  return must(parseIp(text))
}

export function prefix(text: string): Prefix {
  return must(parsePrefix(text))
}

export function range(first: string, count = 1): PrefixRange {
  return { first: prefix(first), count }
}

function must<Value>(result: Result<Value>): Value {
  if (result.ok) return result.value
  throw new Error(result.because)
}
