/** Communities in one spelling, whatever the router prints: well-known names of the IANA registry, else `A:B`. */

const wellKnown: Readonly<Record<string, string>> = {
  '65535:0': 'graceful-shutdown',
  '65535:6': 'llgr-stale',
  '65535:7': 'no-llgr',
  '65535:666': 'blackhole',
  '65535:65281': 'no-export',
  '65535:65282': 'no-advertise',
  '65535:65283': 'no-export-subconfed',
}

/** Names of the routers' own for the same. */
const aliases: Readonly<Record<string, string>> = {
  'local-as': 'no-export-subconfed',
  'graceful-shutdown': 'graceful-shutdown',
  gshut: 'graceful-shutdown',
}

export function community(printed: string): string {
  const numbers = /^\(?(\d+)[:,]\s*(\d+)\)?$/.exec(printed)
  if (numbers !== null) {
    const pair = `${numbers[1]}:${numbers[2]}`
    return wellKnown[pair] ?? pair
  }
  const name = printed.toLowerCase().replaceAll('_', '-')
  return aliases[name] ?? name
}

export function communityOfNumber(value: number): string {
  return community(`${value >>> 16}:${value & 0xffff}`)
}

/** The two numbers of a name or a pair, for routers that take nothing else. */
export function communityNumbers(name: string): readonly [number, number] {
  const pair = Object.entries(wellKnown).find(([, known]) => known === name)?.[0] ?? name
  const [high, low] = pair.split(':').map(Number)
  if (high === undefined || low === undefined || Number.isNaN(high + low))
    throw new Error(`no community: ${name}`)
  return [high, low]
}
