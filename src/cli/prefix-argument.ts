import { parseIp } from '../../net/ip.js'
import { hostPrefix, type Prefix, parsePrefix } from '../../net/prefix.js'
import { UsageError } from './errors.js'

/** A prefix of a command line; a bare address stands for itself alone. */
export function prefix(text: string): Prefix {
  const address = parseIp(text)
  if (address.ok) return hostPrefix(address.value)
  const parsed = parsePrefix(text)
  if (!parsed.ok) throw new UsageError(parsed.because)
  return parsed.value
}

/** Several, one after the other. */
export function prefixes(text: string, before: readonly Prefix[] = []): readonly Prefix[] {
  return [...before, prefix(text)]
}
