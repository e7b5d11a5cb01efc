import type { Mac } from '../../net/mac.js'
import type { Assertion } from '../assertion.js'
import type { Role } from '../link.js'
import { DEFEND_INTERVAL } from './constants.js'
import type { Whose } from './whose.js'

/** What is known of conflicts over one address that is in use; times are monotonic milliseconds. */
export interface Defence {
  /** Since the address was taken into use. */
  readonly conflicts: number
  readonly defendedAt: number | undefined
  readonly last: { readonly mac: Mac; readonly at: number } | undefined
  /** Those of the last DEFEND_INTERVAL. */
  readonly reports: readonly { readonly mac: Mac; readonly at: number }[]
}

export type DefenceAction =
  /** One announcement (RFC 5227 §2.4 (c)); a restart of the whole schedule would be the ARP war that it forbids. */
  | { readonly do: 'defend' }
  /** A member claims what the election gave to us: it is to hear of us at once, and the winner of that announces again. */
  | { readonly do: 'advertise' }
  /** A foreign station uses or wants the address; `conflicts` includes those not reported since the last report. */
  | {
      readonly do: 'report-conflict'
      readonly assertion: Assertion
      readonly conflicts: number
      readonly defended: boolean
    }
  | { readonly do: 'report-split-brain'; readonly assertion: Assertion }

export interface DefenceStep {
  readonly defence: Defence
  readonly actions: readonly DefenceAction[]
}

export const untroubled: Defence = { conflicts: 0, defendedAt: undefined, last: undefined, reports: [] }

/** In one DEFEND_INTERVAL each station is reported once, and no more stations than this: made-up addresses must not flood the log. */
const maxReports = 8

export interface Heard {
  readonly assertion: Assertion
  readonly whose: Whose
  readonly role: Role
  /** When it was heard; earlier than now once it was 'unknown' for a while. */
  readonly at: number
}

/** Ongoing conflict detection (RFC 5227 §2.4): another station asserted an address that this node owns or stands by for. */
export function stepDefence(defence: Defence, heard: Heard, now: number): DefenceStep {
  switch (heard.whose) {
    case 'ours':
      return { defence, actions: [] }
    case 'member':
      return fromMember(defence, heard.assertion, heard.role, now)
    case 'unknown':
      return fromUnknown(defence, heard, now)
    case 'foreign':
      return fromForeigner(defence, heard, now)
  }
}

/** Whoever it is, the address is announced at once; what to call it is told later. */
function fromUnknown(defence: Defence, heard: Heard, now: number): DefenceStep {
  if (!isToDefend(defence, heard, now)) return { defence, actions: [] }
  return { defence: { ...defence, defendedAt: now }, actions: [{ do: 'defend' }] }
}

/**
 * The backup hears the owner all the time, and may still hear it while it takes over. The owner hears a member only when
 * both think they own the address; to announce against it, as it would against us, would be an ARP war among ourselves.
 */
function fromMember(defence: Defence, assertion: Assertion, role: Role, now: number): DefenceStep {
  if (role !== 'owner' || assertion.is === 'probe') return { defence, actions: [] }
  const { mac } = assertion
  const recent = recentReports(defence, now)
  if (recent.some((report) => report.mac === mac)) return { defence, actions: [] }
  return {
    defence: { ...defence, reports: [...recent, { mac, at: now }] },
    actions: [{ do: 'advertise' }, { do: 'report-split-brain', assertion }],
  }
}

function fromForeigner(defence: Defence, heard: Heard, now: number): DefenceStep {
  const defends = isToDefend(defence, heard, now)
  const { defendedAt } = defence
  // It may have been defended when it was heard, before it was known to be foreign.
  const wasDefended = defendedAt !== undefined && heard.at < now && defendedAt >= heard.at
  const defended = defends || wasDefended
  const conflicts = defence.conflicts + 1
  const { assertion } = heard
  const { mac } = assertion
  const recent = recentReports(defence, now)
  const reported = recent.length < maxReports && !recent.some((report) => report.mac === mac)
  const after: Defence = {
    conflicts,
    defendedAt: defends ? now : defendedAt,
    last: { mac, at: heard.at },
    reports: reported ? [...recent, { mac, at: now }] : recent,
  }
  const actions: DefenceAction[] = []
  if (defends) actions.push({ do: 'defend' })
  if (reported) actions.push({ do: 'report-conflict', assertion, conflicts, defended })
  return { defence: after, actions }
}

/** The responder answers a probe, which defends the address. The backup leaves defence to the owner. */
function isToDefend({ defendedAt }: Defence, { role, assertion }: Heard, now: number): boolean {
  return (role === 'owner' || role === 'taking-over') && assertion.is === 'claim' && elapsed(defendedAt, now)
}

function recentReports({ reports }: Defence, now: number): Defence['reports'] {
  return reports.filter(({ at }) => !elapsed(at, now))
}

/** §2.4 (c): a host that never gives its address up MUST NOT announce again within DEFEND_INTERVAL. */
function elapsed(since: number | undefined, now: number): boolean {
  return since === undefined || now - since >= DEFEND_INTERVAL
}
