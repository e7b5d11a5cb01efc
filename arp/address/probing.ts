import type { Mac } from '../../net/mac.js'
import type { Assertion } from '../assertion.js'
import {
  ANNOUNCE_WAIT,
  DEFEND_INTERVAL,
  DupAddrDetectTransmits,
  MAX_CONFLICTS,
  MAX_RTR_SOLICITATION_DELAY,
  PROBE_MAX,
  PROBE_MIN,
  PROBE_NUM,
  PROBE_WAIT,
  RATE_LIMIT_INTERVAL,
  RETRANS_TIMER,
} from './constants.js'
import type { Whose } from './whose.js'

/** How an address is probed before its first use; times in milliseconds. */
export interface ProbeRule {
  /** The first probe waits a random part of this, so that stations powered on together do not collide. */
  readonly wait: number
  readonly probes: number
  /** Between probes: a random time in this range. */
  readonly spacing: { readonly min: number; readonly max: number }
  /** After the last probe: how long silence must last. */
  readonly listen: number
}

/** RFC 5227 §2.1.1. */
export const arpProbing: ProbeRule = {
  wait: PROBE_WAIT,
  probes: PROBE_NUM,
  spacing: { min: PROBE_MIN, max: PROBE_MAX },
  listen: ANNOUNCE_WAIT,
}

/** RFC 4862 §5.4. */
export const duplicateAddressDetection: ProbeRule = {
  wait: MAX_RTR_SOLICITATION_DELAY,
  probes: DupAddrDetectTransmits,
  spacing: { min: RETRANS_TIMER, max: RETRANS_TIMER },
  listen: RETRANS_TIMER,
}

/** Whether an address may be used on the LAN. `conflicts` counts since the address was first wanted. */
export type Probing =
  | { readonly state: 'Unclaimed' }
  | { readonly state: 'Probing'; readonly sent: number; readonly conflicts: number }
  | { readonly state: 'Claimed' }
  | { readonly state: 'Conflicted'; readonly with: Mac; readonly conflicts: number }

export type ProbingEvent =
  /** The address is wanted for the first time. */
  | { readonly is: 'Claim' }
  /** The address moves to us from a member that had probed it: no second to lose, and probing would find the member. */
  | { readonly is: 'TakeOver' }
  | { readonly is: 'Release' }
  | { readonly is: 'TimerExpired' }
  | { readonly is: 'Heard'; readonly assertion: Assertion; readonly whose: Whose }

export type ProbingAction =
  /** Replaces a running one. */
  | { readonly do: 'start'; readonly timer: 'ProbeTimer'; readonly milliseconds: number }
  | { readonly do: 'stop'; readonly timer: 'ProbeTimer' }
  | { readonly do: 'send-probe' }
  /** The address may be answered and announced. */
  | { readonly do: 'claim' }
  | { readonly do: 'report-conflict'; readonly assertion: Assertion; readonly retryMilliseconds: number }

export interface ProbingStep {
  readonly probing: Probing
  readonly actions: readonly ProbingAction[]
}

export const unclaimed: Probing = { state: 'Unclaimed' }

/**
 * Probes an address before its first use (RFC 5227 §2.1, RFC 4862 §5.4).
 * @param random uniform in [0, 1)
 */
export function stepProbing(
  probing: Probing,
  event: ProbingEvent,
  rule: ProbeRule,
  random: number,
): ProbingStep {
  switch (event.is) {
    case 'Claim':
      return probing.state === 'Unclaimed' ? begin(0, rule, random) : stay(probing)
    case 'TakeOver':
      return probing.state === 'Claimed' ? stay(probing) : claimed()
    case 'Release':
      return { probing: unclaimed, actions: [{ do: 'stop', timer: 'ProbeTimer' }] }
    case 'TimerExpired':
      return expired(probing, rule, random)
    case 'Heard':
      return heard(probing, event.assertion, event.whose)
  }
}

function begin(conflicts: number, rule: ProbeRule, random: number): ProbingStep {
  return { probing: { state: 'Probing', sent: 0, conflicts }, actions: [start(random * rule.wait)] }
}

function expired(probing: Probing, rule: ProbeRule, random: number): ProbingStep {
  if (probing.state === 'Conflicted') return begin(probing.conflicts, rule, random)
  if (probing.state !== 'Probing') return stay(probing)
  if (probing.sent === rule.probes) return claimed()
  const sent = probing.sent + 1
  const { min, max } = rule.spacing
  const wait = sent === rule.probes ? rule.listen : min + random * (max - min)
  return { probing: { ...probing, sent }, actions: [{ do: 'send-probe' }, start(wait)] }
}

function heard(probing: Probing, assertion: Assertion, whose: Whose): ProbingStep {
  // Once the address is claimed, conflicts are the defence's.
  if (whose === 'ours' || probing.state === 'Unclaimed' || probing.state === 'Claimed') return stay(probing)
  if (whose === 'member') {
    // A member that uses the address has probed it; one that probes it is where we are, and the election decides.
    return assertion.is === 'claim' ? claimed() : stay(probing)
  }
  if (probing.state === 'Conflicted') return stay({ ...probing, with: assertion.mac })
  const conflicts = probing.conflicts + 1
  // §2.1.1: from MAX_CONFLICTS on, no more than one attempt in each RATE_LIMIT_INTERVAL.
  const retryMilliseconds = conflicts >= MAX_CONFLICTS ? RATE_LIMIT_INTERVAL : DEFEND_INTERVAL
  return {
    probing: { state: 'Conflicted', with: assertion.mac, conflicts },
    actions: [start(retryMilliseconds), { do: 'report-conflict', assertion, retryMilliseconds }],
  }
}

function claimed(): ProbingStep {
  return { probing: { state: 'Claimed' }, actions: [{ do: 'stop', timer: 'ProbeTimer' }, { do: 'claim' }] }
}

function start(milliseconds: number): ProbingAction {
  return { do: 'start', timer: 'ProbeTimer', milliseconds }
}

function stay(probing: Probing): ProbingStep {
  return { probing, actions: [] }
}
