import { type Plain, type PlainProblem, readAnnouncements, readBgp } from '../../config/plain.js'
import type { Announcement } from '../../config/settings.js'
import { nodeName } from '../../config/value.js'
import type { Endpoint } from '../../net/endpoint.js'
import { type Prefix, parsePrefix } from '../../net/prefix.js'
import type { SpeakerConfiguration } from '../speaker/speaker.js'
import type { AnnouncementOptions, SpeakerOptions } from './options.js'
import { SpeakerError } from './speaker-error.js'

/** Options as the speaker takes them: every default filled in, every value canonical. */
export interface ReadOptions {
  readonly configuration: SpeakerConfiguration
  readonly listen: readonly Endpoint[]
}

/** @throws SpeakerError 'invalid', with every mistake but those of announcements */
export function readOptions(options: SpeakerOptions): ReadOptions {
  const { announcements: _, restarted: __, hostname, listen: wanted = [], ...bgp } = options
  const read = readBgp({ ...bgp, listen: wanted })
  const problems = [
    ...(read.ok ? [] : read.problems),
    ...(options.routerId === undefined ? [noRouterId] : []),
    ...problemsOf(hostname),
  ]
  if (!read.ok || problems.length > 0) throw invalid(problems)
  const { asn, routerId, listen, peers, dynamicPeers } = read.value
  if (routerId === undefined) throw invalid([noRouterId])
  return {
    configuration: { speaker: { node: hostname ?? '', asn, routerId }, peers, dynamicPeers },
    listen: listen.endpoints,
  }
}

/** @throws SpeakerError 'invalid' @param root what the paths of mistakes begin with */
export function readAnnounced(
  announcements: readonly AnnouncementOptions[],
  root: string,
): readonly Announcement[] {
  const values = Array.isArray(announcements) ? announcements.map(overBgp) : announcements
  const read: Plain<readonly Announcement[]> = readAnnouncements(values)
  if (read.ok) return read.value
  throw invalid(read.problems.map(({ path, message }) => ({ path: `${root}${path}`, message })))
}

/** @throws SpeakerError 'invalid' */
export function readPrefixes(prefixes: readonly string[]): readonly Prefix[] {
  const parsed = prefixes.map((text) => parsePrefix(String(text)))
  const problems = parsed.flatMap((each, i) => (each.ok ? [] : [{ path: `[${i}]`, message: each.because }]))
  if (problems.length > 0) throw invalid(problems)
  return parsed.flatMap((each) => (each.ok ? [each.value] : []))
}

function problemsOf(hostname: string | undefined): readonly PlainProblem[] {
  const { error } = nodeName.optional().safeParse(hostname)
  return error?.issues.map(({ message }) => ({ path: 'hostname', message })) ?? []
}

function invalid(problems: readonly PlainProblem[]): SpeakerError {
  const lines = problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
  return new SpeakerError('invalid', lines.join('\n'), problems)
}

const noRouterId: PlainProblem = {
  path: 'routerId',
  message: 'is missing; write four octets that are unique in the network, such as 10.0.0.11',
}

/** A program that asks a BGP library to announce means BGP. */
function overBgp(announcement: unknown): unknown {
  return typeof announcement === 'object' && announcement !== null
    ? { via: ['bgp'], ...announcement }
    : announcement
}
