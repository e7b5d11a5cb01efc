import { Resolver } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import { isIP, type LookupFunction } from 'node:net'

interface Address {
  readonly address: string
  readonly family: 4 | 6
}

/**
 * The addresses of a name, from /etc/hosts and then from DNS. Not getaddrinfo: that holds one of libuv's few threads
 * for as long as a name server is silent, and one check of a bad name would delay every other.
 */
export const lookup: LookupFunction = (hostname, options, callback) => {
  addressesOf(hostname).then(
    (addresses) => {
      const wanted = addresses.filter(({ family }) => !options.family || options.family === family)
      const [first] = wanted
      if (first === undefined) {
        const unknown = Object.assign(new Error(`${hostname} has no address`), { code: 'ENOTFOUND' })
        callback(unknown, '')
      } else if (options.all) callback(null, [...wanted])
      else callback(null, first.address, first.family)
    },
    (error) => callback(error, ''),
  )
}

async function addressesOf(hostname: string): Promise<readonly Address[]> {
  const name = hostname.toLowerCase()
  // RFC 6761 §6.3: never asked of a name server.
  if (name === 'localhost' || name.endsWith('.localhost')) return ['127.0.0.1', '::1'].flatMap(address)
  const local = hostsEntries(await readFile('/etc/hosts', 'utf8').catch(() => ''), name)
  if (local.length > 0) return local
  const resolver = new Resolver({ timeout: 1000, tries: 2 })
  const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)])
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value.flatMap(address) : []))
}

/** What hosts(5) has for a name. */
export function hostsEntries(text: string, name: string): readonly Address[] {
  return text.split('\n').flatMap((line) => {
    const [ip = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/)
    return names.some((each) => each.toLowerCase() === name) ? address(ip) : []
  })
}

function address(text: string): readonly Address[] {
  const family = isIP(text)
  return family === 4 || family === 6 ? [{ address: text, family }] : []
}
