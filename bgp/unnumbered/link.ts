import type { Ipv6 } from '../../net/ip.js'
import type { RouterDiscovery } from './router-discovery.js'

/** One link on which a neighbour is looked for by router advertisements, instead of being given by its address. */
export interface LinkState {
  /** Ours may be sent: the interface is up and has a link-local address. */
  readonly up: boolean
  /** Since it came up. */
  readonly advertised: number
  readonly solicited: number
  /** Milliseconds of the clock. */
  readonly advertiseAt: number
  readonly advertisedAt: number
  readonly solicitAt: number
  readonly neighbour: Neighbour | undefined
  /** Another router of the link, told of once. */
  readonly ignored: Ipv6 | undefined
}

export interface Neighbour {
  readonly address: Ipv6
  readonly heardAt: number
}

export type LinkEvent =
  | { readonly is: 'up' }
  | { readonly is: 'down' }
  /** From a link-local address that is not ours. */
  | { readonly is: 'heard'; readonly message: RouterDiscovery; readonly from: Ipv6 }
  /** Some time has passed. */
  | { readonly is: 'tick' }

export type LinkAction =
  /** To all routers (ff02::2) or all nodes (ff02::1) of the link. */
  | { readonly do: 'send'; readonly what: RouterDiscovery['kind'] }
  | { readonly do: 'found'; readonly address: Ipv6 }
  /** A second router advertises: the session stays with the first. */
  | { readonly do: 'ignored'; readonly address: Ipv6; readonly instead: Ipv6 }

export interface LinkContext {
  /** Milliseconds, monotonic. */
  readonly now: number
  /** In [0, 1). */
  random(): number
}

export interface LinkStep {
  readonly link: LinkState
  readonly actions: readonly LinkAction[]
}

/** RFC 4861 §10; the intervals are those of a link whose routers want to meet soon (RFC 4861 §6.2.1 allows 4 s). */
const MIN_DELAY_BETWEEN_RAS_MS = 3000
const MAX_RA_DELAY_TIME_MS = 500
const MAX_INITIAL_RTR_ADVERTISEMENTS = 3
const MIN_RTR_ADV_INTERVAL_MS = 7000
const MAX_RTR_ADV_INTERVAL_MS = 10_000
const MAX_RTR_SOLICITATIONS = 3
const RTR_SOLICITATION_INTERVAL_MS = 4000

/** After this long without a word of the neighbour's, another router of the link may take its place. */
const SILENT_MS = 3 * MAX_RTR_ADV_INTERVAL_MS

export const newLink: LinkState = {
  up: false,
  advertised: 0,
  solicited: 0,
  advertiseAt: 0,
  advertisedAt: Number.NEGATIVE_INFINITY,
  solicitAt: 0,
  neighbour: undefined,
  ignored: undefined,
}

/**
 * The neighbour of a link is the first router that is heard on it. It stays that while the link is down, and until
 * it has been silent for half a minute and another one speaks: a session must not follow whoever spoke last.
 */
export function stepLink(link: LinkState, event: LinkEvent, context: LinkContext): LinkStep {
  switch (event.is) {
    case 'up':
      return tick({ ...link, up: true, advertised: 0, solicited: 0, advertiseAt: 0, solicitAt: 0 }, context)
    case 'down':
      return { link: { ...link, up: false }, actions: [] }
    case 'heard':
      return event.message.kind === 'advertisement'
        ? advertisement(link, event.from, context)
        : { link: solicitation(link, context), actions: [] }
    case 'tick':
      return tick(link, context)
  }
}

function tick(link: LinkState, context: LinkContext): LinkStep {
  if (!link.up) return { link, actions: [] }
  const { now } = context
  const actions: LinkAction[] = []
  let next = link
  if (now >= next.advertiseAt) {
    const advertised = next.advertised + 1
    const advertiseAt = now + untilNext(advertised, context)
    next = { ...next, advertised, advertisedAt: now, advertiseAt }
    actions.push({ do: 'send', what: 'advertisement' })
  }
  if (next.neighbour === undefined && next.solicited < MAX_RTR_SOLICITATIONS && now >= next.solicitAt) {
    next = { ...next, solicited: next.solicited + 1, solicitAt: now + RTR_SOLICITATION_INTERVAL_MS }
    actions.push({ do: 'send', what: 'solicitation' })
  }
  return { link: next, actions }
}

/** RFC 4861 §6.2.4: the first few soon, then at random so that routers do not speak in step. */
function untilNext(advertised: number, { random }: LinkContext): number {
  if (advertised < MAX_INITIAL_RTR_ADVERTISEMENTS) return MIN_DELAY_BETWEEN_RAS_MS
  return MIN_RTR_ADV_INTERVAL_MS + random() * (MAX_RTR_ADV_INTERVAL_MS - MIN_RTR_ADV_INTERVAL_MS)
}

/** RFC 4861 §6.2.6: answered to all, after a random while, and not too soon after the last. */
function solicitation(link: LinkState, { now, random }: LinkContext): LinkState {
  const soon = Math.max(now + random() * MAX_RA_DELAY_TIME_MS, link.advertisedAt + MIN_DELAY_BETWEEN_RAS_MS)
  return { ...link, advertiseAt: Math.min(link.advertiseAt, soon) }
}

function advertisement(link: LinkState, from: Ipv6, { now }: LinkContext): LinkStep {
  const { neighbour } = link
  if (neighbour?.address === from) {
    return { link: { ...link, neighbour: { address: from, heardAt: now } }, actions: [] }
  }
  if (neighbour === undefined || now - neighbour.heardAt >= SILENT_MS) {
    const found: LinkState = { ...link, neighbour: { address: from, heardAt: now }, ignored: undefined }
    return { link: found, actions: [{ do: 'found', address: from }] }
  }
  if (link.ignored === from) return { link, actions: [] }
  return {
    link: { ...link, ignored: from },
    actions: [{ do: 'ignored', address: from, instead: neighbour.address }],
  }
}
