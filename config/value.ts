import { type Asn, asn, parseAsn } from '../bgp/asn.js'
import { type Community, parseCommunity, wellKnownNames } from '../bgp/community.js'
import { type Family, families } from '../bgp/family.js'
import { holdTime as parseHoldTime } from '../bgp/hold-time.js'
import { type BgpIdentifier, bgpIdentifier } from '../bgp/identifier.js'
import type { RemoteAs } from '../bgp/peer-settings.js'
import { didYouMean } from '../net/did-you-mean.js'
import { formatMs, parseDuration } from '../net/duration.js'
import type { Endpoint } from '../net/endpoint.js'
import { type Ip, isIpv4, parseIp, u32Of } from '../net/ip.js'
import { type Prefix, parsePrefix } from '../net/prefix.js'
import { ok, type Result, refused } from '../net/result.js'
import { type Form, integer, text, textOrNumber } from './scalar.js'

/** The values that the file is made of: each read into the canonical form that the rest of herald uses. */

export const address = text<Ip>({
  wanted: 'an address, such as 10.0.0.1 or 2001:db8::1',
  json: { examples: ['10.0.0.1', '2001:db8::1'] },
  read: parseIp,
})

export const prefixForm: Form<string, Prefix> = {
  wanted: 'a prefix, such as 10.244.1.0/24',
  json: { pattern: '^[0-9A-Fa-f:.]+/[0-9]{1,3}$', examples: ['10.244.1.0/24', 'fd00:10:244:1::/64'] },
  read: parsePrefix,
}

export const prefix = text(prefixForm)

export const asNumber = textOrNumber<Asn>({
  wanted: 'an AS number, such as 65001',
  json: {
    anyOf: [
      { type: 'integer', minimum: 1, maximum: 4294967295 },
      { type: 'string', pattern: '^[0-9]+(\\.[0-9]+)?$' },
    ],
    examples: [65001, '1.10'],
  },
  read: readAsn,
})

export const remoteAs = textOrNumber<RemoteAs>({
  wanted: 'an AS number, external or internal',
  json: {
    anyOf: [
      { type: 'integer', minimum: 1, maximum: 4294967295 },
      { enum: ['external', 'internal'] },
      { type: 'string', pattern: '^[0-9]+(\\.[0-9]+)?$' },
    ],
    examples: [65000, 'external', 'internal'],
  },
  read: (written) => {
    if (written === 'external' || written === 'internal') return ok(written)
    const number = readAsn(written)
    if (number.ok || /^[\d.]*$/.test(String(written))) return number
    const meant = didYouMean(String(written), ['external', 'internal'])
    return refused(
      `'${written}' is not an AS number; ${meant ? `did you mean ${meant}?` : 'write a number, external or internal'}`,
    )
  },
})

export const routerId = text<BgpIdentifier>({
  wanted: 'four octets, such as 10.0.0.11',
  json: { format: 'ipv4', examples: ['10.0.0.11'] },
  read: (written) => {
    const ip = parseIp(written)
    if (!ip.ok || !isIpv4(ip.value))
      return refused(`'${written}' is not four octets; write one like 10.0.0.11`)
    const identifier = bgpIdentifier(u32Of(ip.value))
    return identifier === undefined ? refused('0.0.0.0 identifies nobody (RFC 6286)') : ok(identifier)
  },
})

/** ADDRESS:PORT, an IPv6 address in brackets; the examples are for its user, one of each version. */
export function endpointLike(...examples: readonly [ipv4: string, ipv6: string]) {
  const likeThose = examples.map((example) => `"${example}"`).join(' or ')
  return text<Endpoint>({
    wanted: `ADDRESS:PORT, such as ${likeThose}`,
    json: { pattern: '^.+:[0-9]{1,5}$', examples },
    read: (written) => {
      const [, bracketed, plain, port] = /^(?:\[(.*)\]|([^:]*)):(\d{1,5})$/.exec(written) ?? []
      const refusal = refused(`'${written}' is not ADDRESS:PORT; write it like ${likeThose}`)
      if (port === undefined) return refusal
      const ip = parseIp(bracketed ?? plain ?? '')
      if (!ip.ok || isIpv4(ip.value) !== (bracketed === undefined)) return refusal
      const number = Number(port)
      return number >= 1 && number <= 65535
        ? ok({ address: ip.value, port: number })
        : refused(`'${written}' has the port ${port}; it goes from 1 to 65535`)
    },
  })
}

export const endpoint = endpointLike('0.0.0.0:179', '[::]:179')

export const port = integer(1, 65535)

/** Whole seconds, bounds included. */
export function seconds(min: number, max: number, example: string) {
  return duration(example, (value) =>
    value >= min && value <= max ? ok(value) : refused(`it goes from ${min}s to ${max}s`),
  )
}

/** Whole milliseconds, bounds included. */
export function milliseconds(min: number, max: number, example: string) {
  return text<number>({
    ...durationForm(example),
    read: (written) => {
      const parsed = parseDuration(written)
      if (!parsed.ok || (Number.isInteger(parsed.value) && parsed.value >= min && parsed.value <= max))
        return parsed
      return refused(`'${written}' does not fit; it goes from ${formatMs(min)} to ${formatMs(max)}`)
    },
  })
}

export const holdTime = duration('90s', (value) => {
  const time = parseHoldTime(value)
  return time === undefined ? refused('it is 0s, or from 3s to 65535s (RFC 4271)') : ok(time)
})

export const family = oneOf<Family>(families)

export const community = textOrNumber<Community>({
  wanted: 'a community, such as "65001:100"',
  json: {
    anyOf: [{ type: 'string' }, { type: 'integer', minimum: 0, maximum: 4294967295 }],
    examples: ['65001:100', '65001:1:2', 'no-export', 'rt:65001:100'],
  },
  read: (written) => {
    const text = String(written)
    const parsed = parseCommunity(text)
    const meant = parsed.ok || text.includes(':') ? undefined : didYouMean(text, wellKnownNames)
    return meant === undefined ? parsed : refused(`'${text}' is not a community; did you mean ${meant}?`)
  },
})

/** How announcements and peers are called; nothing that a shell, a URL or a table would trip over. */
export const name = called(63, 'tor-1')

/** Kubernetes allows a DNS subdomain (RFC 1123); the hostname capability carries as much. */
export const nodeName = called(253, 'worker-1')

/** IFNAMSIZ leaves 15 characters. */
export const interfaceName = text<string>({
  wanted: 'the name of an interface, such as eth0',
  json: { pattern: '^[^/\\s]{1,15}$', examples: ['eth0'] },
  read: (written) =>
    /^[^/\s]{1,15}$/.test(written) && !/^\.\.?$/.test(written)
      ? ok(written)
      : refused(`'${written}' cannot be an interface; a name has 1 to 15 characters, no space and no '/'`),
})

export const path = text<string>({
  wanted: 'a path, absolute or relative to this file',
  json: { minLength: 1 },
  read: (written) =>
    written === '' || written.includes('\0')
      ? refused('is not a path; write one, absolute or relative to this file')
      : ok(written),
})

export function oneOf<const Word extends string>(words: readonly Word[]) {
  return text<Word>({
    wanted: words.join(', '),
    json: { enum: words },
    read: (written) => {
      const word = words.find((candidate) => candidate === written)
      if (word !== undefined) return ok(word)
      const meant = didYouMean(written, words)
      return refused(
        `'${written}' is not one of ${words.join(', ')}${meant === undefined ? '' : `; did you mean ${meant}?`}`,
      )
    },
  })
}

function called(longest: number, example: string) {
  const pattern = `^[A-Za-z0-9:][A-Za-z0-9._:%-]{0,${longest - 1}}$`
  return text<string>({
    wanted: 'a name',
    json: { pattern, examples: [example] },
    read: (written) =>
      new RegExp(pattern).test(written)
        ? ok(written)
        : refused(
            `'${written}' does not do as a name; write letters, digits and . _ - : %, up to ${longest}`,
          ),
  })
}

function duration<Value>(example: string, fit: (seconds: number) => Result<Value>) {
  return text<Value>({
    ...durationForm(example),
    read: (written) => {
      const parsed = parseDuration(written)
      if (!parsed.ok) return parsed
      if (parsed.value % 1000 !== 0) {
        const whole = Math.ceil(parsed.value / 1000)
        return refused(`'${written}' is not a whole number of seconds; write ${whole}s`)
      }
      const fitted = fit(parsed.value / 1000)
      return fitted.ok ? fitted : refused(`'${written}' does not fit; ${fitted.because}`)
    },
  })
}

function durationForm(example: string) {
  return {
    wanted: `a duration with its unit, such as ${example}`,
    json: { pattern: '^([0-9]+(\\.[0-9]+)?(ms|s|m|h|d))+$', examples: [example] },
  }
}

function readAsn(written: string | number): Result<Asn> {
  if (typeof written === 'string') {
    const parsed = parseAsn(written)
    return parsed.ok || /^[\d.]+$/.test(written)
      ? parsed
      : refused(`${parsed.because}; write it like 65001, or "1.10"`)
  }
  // YAML has read 1.10 as 1.1 by now: what was meant cannot be told from it.
  if (!Number.isInteger(written))
    return refused(`${written} is a decimal number to YAML; quote asdot, like "1.10"`)
  return asn(written)
}
