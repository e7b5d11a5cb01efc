import { parseIp } from '../../net/ip.js'
import { hostPrefix, type Prefix, parsePrefix } from '../../net/prefix.js'
import { UsageError } from './errors.js'

/** Prefixes of a command line, one after the other; a bare address stands for itself alone. */
export function prefixes(text: string, before: readonly Prefix[] = []): readonly Prefix[] {
  const address = parseIp(text)
  if (address.ok) return [...before, hostPrefix(address.value)]
  const prefix = parsePrefix(text)
  if (!prefix.ok) throw new UsageError(prefix.because)
  return [...before, prefix.value]
}
