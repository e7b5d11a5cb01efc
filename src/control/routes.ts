import type { LineRules } from '../../config/prefix-lines.js'
import type { PrefixSet } from '../../net/prefix-set.js'
import { ApiError } from './api/answer.js'
import {
  type ParseBody,
  parseAnnounce,
  parseAnnounceTerms,
  parseDrain,
  parseNothing,
  parseReload,
  parseReset,
  parseWithdraw,
} from './requests.js'
import { type ControlService, DEFAULT_ROUTE_LIMIT } from './service.js'

/** What a URL says beside its path: which route takes which is in its row. */
export interface Target {
  /** {name} in the path; empty where the path has none. */
  readonly name: string
  readonly peer: string | undefined
  readonly address: string | undefined
  /** As it was typed; empty where none was. */
  readonly prefix: string
  readonly limit: number
  /** JSON, as it was given; empty where none was. */
  readonly terms: string
}

export type QueryKey = 'peer' | 'address' | 'prefix' | 'limit' | 'terms'

interface Addressed {
  readonly path: string
  readonly query: readonly QueryKey[]
}

/** One thing that the API can be asked. */
export type Route =
  | (Addressed & {
      readonly kind: 'query'
      readonly method: 'GET'
      readonly answer: (service: ControlService, target: Target) => unknown
    })
  | (Addressed & {
      readonly kind: 'action'
      readonly method: 'POST'
      /** @throws ApiError 400 for a body of the wrong shape */
      readonly act: (service: ControlService, body: unknown, target: Target) => unknown
    })
  | (Addressed & {
      readonly kind: 'lines'
      readonly method: 'POST'
      /** What may stand in a line, and may not. */
      readonly rules: LineRules
      /** Why nothing came of wrong lines. */
      readonly nothing: string
      /** @throws ApiError 400 for terms of the wrong shape */
      readonly act: (service: ControlService, lines: PrefixSet, target: Target) => unknown
    })
  | (Addressed & { readonly kind: 'events'; readonly method: 'GET' })

/** Some 20 MB of JSON, which are in memory until the client has read them. */
export const MAX_ROUTE_LIMIT = 100_000

/** The API. Something new to ask is a method of ControlService and a row here. */
export const routes: readonly Route[] = [
  query('/v1/status', (service) => service.status()),
  query('/v1/peers', (service) => service.peers()),
  query('/v1/peers/{name}', (service, { name }) => service.peer(name)),
  query('/v1/routes/available', (service, { limit }) => service.routesAvailable(limit), ['limit']),
  query('/v1/routes/advertised', (service, { peer, limit }) => service.routesAdvertised(peer, limit), [
    'peer',
    'limit',
  ]),
  query('/v1/routes/received', (service, { peer, limit }) => service.routesReceived(peer, limit), [
    'peer',
    'limit',
  ]),
  query('/v1/explain', (service, { prefix, peer }) => service.explain(prefix, peer), ['prefix', 'peer']),
  query('/v1/doctor', (service, { peer }) => service.doctor(peer), ['peer']),
  query('/v1/health', (service) => service.health()),
  query('/v1/l2', (service) => service.l2()),
  query('/v1/l2/askers', (service, { address }) => service.l2Askers(address), ['address']),
  action('/v1/announce', parseAnnounce, (service, body) => service.announce(body)),
  action('/v1/withdraw', parseWithdraw, (service, body) => service.withdraw(body)),
  {
    kind: 'lines',
    method: 'POST',
    path: '/v1/announce/lines',
    query: ['terms'],
    rules: { once: false, announceable: true },
    nothing: 'nothing was announced',
    act: (service, lines, { terms }) => service.announceLines(parseAnnounceTerms(readTerms(terms)), lines),
  },
  {
    kind: 'lines',
    method: 'POST',
    path: '/v1/withdraw/lines',
    query: [],
    rules: { once: false, announceable: false },
    nothing: 'nothing was withdrawn',
    act: (service, lines) => service.withdrawLines(lines),
  },
  action('/v1/reload', parseReload, (service, body) => service.reload(body)),
  action('/v1/drain', parseDrain, (service, body) => service.drain(body)),
  action('/v1/decommission', parseNothing, (service) => service.decommission()),
  action('/v1/peers/{name}/reset', parseReset, (service, body, { name }) => service.reset(name, body)),
  { kind: 'events', method: 'GET', path: '/v1/events', query: [] },
]

/** @throws ApiError 404, 405 or 400, with what would be right. */
export function findRoute(method: string, url: string): { readonly route: Route; readonly target: Target } {
  const { pathname, search } = split(url)
  const matching = matchesOf(pathname)
  if (matching.length === 0) {
    const paths = [...new Set(routes.map(({ path }) => path))]
    throw new ApiError(404, `no such path: ${pathname}; there are ${paths.join(', ')}`)
  }
  const found = matching.find(({ route }) => route.method === method)
  if (found === undefined) {
    throw new ApiError(405, `${pathname} takes ${methodsOf(url).join(' or ')}, not ${method}`)
  }
  return { route: found.route, target: { name: found.name, ...readQuery(found.route, search) } }
}

/** The methods that the path of `url` takes; RFC 9110 §15.5.6 wants them named when another was tried. */
export function methodsOf(url: string): readonly string[] {
  return matchesOf(split(url).pathname).map(({ route }) => route.method)
}

function split(url: string): { readonly pathname: string; readonly search: string } {
  const [pathname = '', search = ''] = url.split('?', 2)
  return { pathname, search }
}

function matchesOf(pathname: string): readonly { readonly route: Route; readonly name: string }[] {
  return routes.flatMap((route) => {
    const name = match(route.path, pathname)
    return name === undefined ? [] : [{ route, name }]
  })
}

function query(
  path: string,
  answer: (service: ControlService, target: Target) => unknown,
  keys: readonly QueryKey[] = [],
): Route {
  return { kind: 'query', method: 'GET', path, query: keys, answer }
}

function action<T>(
  path: string,
  parse: ParseBody<T>,
  call: (service: ControlService, body: T, target: Target) => unknown,
): Route {
  const act = (service: ControlService, body: unknown, target: Target) => call(service, parse(body), target)
  return { kind: 'action', method: 'POST', path, query: [], act }
}

/** What stands for {name}, decoded; the empty string when the pattern has none; undefined when it does not match. */
function match(pattern: string, pathname: string): string | undefined {
  const wanted = pattern.split('/')
  const given = pathname.split('/')
  if (wanted.length !== given.length) return undefined
  let name = ''
  for (const [i, segment] of wanted.entries()) {
    const text = given[i] ?? ''
    if (segment === '{name}' && text !== '') name = decode(text)
    else if (segment !== text) return undefined
  }
  return name
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw new ApiError(400, `'${segment}' is not percent-encoded text; write a % as %25`)
  }
}

/** @throws ApiError 400 */
function readTerms(text: string): unknown {
  if (text === '') return {}
  try {
    return JSON.parse(text)
  } catch {
    throw new ApiError(
      400,
      'terms are not JSON; write them as {"communities":["no-export"]}, percent-encoded',
    )
  }
}

function readQuery(route: Route, search: string): Omit<Target, 'name'> {
  const given = new URLSearchParams(search)
  for (const key of given.keys()) {
    if (route.query.some((known) => known === key)) continue
    const takes = route.query.length === 0 ? 'none' : route.query.join(' and ')
    throw new ApiError(400, `unknown query parameter '${key}'; ${route.path} takes ${takes}`)
  }
  const peer = given.get('peer') ?? undefined
  if (peer === '')
    throw new ApiError(400, 'peer is empty; name a peer, or leave the parameter out for all of them')
  const address = given.get('address') ?? undefined
  if (address === '')
    throw new ApiError(400, 'address is empty; name one, or leave the parameter out for all of them')
  const limit = given.get('limit') ?? String(DEFAULT_ROUTE_LIMIT)
  if (!/^\d{1,6}$/.test(limit) || Number(limit) < 1 || Number(limit) > MAX_ROUTE_LIMIT) {
    throw new ApiError(400, `'${limit}' is not a limit; write a number from 1 to ${MAX_ROUTE_LIMIT}`)
  }
  const [prefix, terms] = [given.get('prefix') ?? '', given.get('terms') ?? '']
  return { peer, address, prefix, limit: Number(limit), terms }
}
