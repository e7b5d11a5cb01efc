import { formatMs } from '../net/duration.js'
import { ok, type Result, refused } from '../net/result.js'
import type { Context } from './context.js'
import type { ExecProbe, HealthCheck, HttpProbe, Probe } from './health-check.js'
import type { FileHealthCheck } from './health-check-schema.js'
import { reportEmpty, reportRepeats } from './lists.js'
import type { Path } from './problem.js'

const DEFAULT_INTERVAL_MS = 2000
const DEFAULT_TIMEOUT_MS = 1000

const probes = ['exec', 'tcp', 'http'] as const

/** @returns undefined when it is not known what to check; that is reported. */
export function resolveHealthCheck(
  check: FileHealthCheck,
  path: Path,
  context: Context,
): HealthCheck | undefined {
  const intervalMs = check.interval ?? DEFAULT_INTERVAL_MS
  const timeoutMs = check.timeout ?? Math.min(DEFAULT_TIMEOUT_MS, intervalMs)
  if (timeoutMs > intervalMs && !context.lost([...path, 'interval'])) {
    const [timeout, interval] = [timeoutMs, intervalMs].map(formatMs)
    context.report(
      [...path, 'timeout'],
      `${timeout} is longer than the interval of ${interval}, and one check never meets the next; write ${interval} or less, or interval: ${timeout}`,
    )
  }
  const probe = resolveProbe(check, path, context)
  if (probe === undefined) return undefined
  return {
    ...{ probe, intervalMs, timeoutMs },
    rise: check.rise ?? 2,
    fall: check.fall ?? 3,
    ...(check.disable !== undefined && { disable: context.absolute(check.disable) }),
  }
}

function resolveProbe(check: FileHealthCheck, path: Path, context: Context): Probe | undefined {
  const [first, second] = probes.filter((key) => check[key] !== undefined)
  if (first === undefined && !probes.some((key) => context.lost([...path, key]))) {
    context.report(path, `checks nothing; write one of ${probes.join(', ')}`)
  }
  if (first !== undefined && second !== undefined) {
    context.report(
      [...path, second],
      `stands beside ${first}; keep one, or let an exec check ask both`,
      'key',
    )
  }
  const { exec, tcp, http } = check
  if (exec !== undefined) return { kind: 'exec', argv: resolveArgv(exec, context) }
  if (tcp !== undefined) return { kind: 'tcp', endpoint: tcp }
  return http === undefined ? undefined : resolveHttp(http, [...path, 'http'], context)
}

/** A command without '/' is looked for in PATH; one with it is a path like any other of the file. */
function resolveArgv([command, ...rest]: ExecProbe['argv'], { absolute }: Context): ExecProbe['argv'] {
  return [command.includes('/') ? absolute(command) : command, ...rest]
}

function resolveHttp(
  http: NonNullable<FileHealthCheck['http']>,
  path: Path,
  context: Context,
): HttpProbe | undefined {
  if (typeof http === 'string') return httpProbe(http, {}, path, context)
  const { status, insecure = false, url } = http
  if (status !== undefined) {
    reportEmpty(status, [...path, 'status'], context, 'is empty; write [200], or leave it out for any 2xx')
    reportRepeats(status, [...path, 'status'], context)
  }
  if (url === undefined) {
    if (!context.lost([...path, 'url'])) context.report(path, 'has no url; write { url: URL }')
    return undefined
  }
  const probe = httpProbe(
    url,
    { ...(status !== undefined && { status }), insecure },
    [...path, 'url'],
    context,
  )
  if (insecure && probe?.url.startsWith('http:')) {
    context.report([...path, 'insecure'], 'is for https, and this is http; remove it', 'key')
  }
  return probe
}

function httpProbe(
  written: string,
  { status, insecure = false }: Partial<HttpProbe>,
  path: Path,
  context: Context,
): HttpProbe | undefined {
  const url = readUrl(written)
  if (url.ok) return { kind: 'http', url: url.value, ...(status !== undefined && { status }), insecure }
  context.report(path, url.because)
  return undefined
}

function readUrl(written: string): Result<string> {
  const url = URL.canParse(written) ? new URL(written) : undefined
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    return refused(`'${written}' is not an http or https URL; write one like http://192.0.2.10:8080/ready`)
  }
  // Every table of checks would show it; it is not repeated here either.
  if (url.username !== '' || url.password !== '') {
    return refused('carries a user or password, which tables and logs would show; let an exec check send it')
  }
  url.hash = ''
  return ok(url.href)
}
