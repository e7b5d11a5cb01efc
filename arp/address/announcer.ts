import type { Ip } from '../../net/ip.js'
import type { Mac } from '../../net/mac.js'
import { distance, scheduleOf, unicastSchedule } from './schedule.js'

/** One announcement to send now. */
export type Due =
  | { readonly to: 'everybody'; readonly ip: Ip }
  | { readonly to: 'asker'; readonly ip: Ip; readonly asker: Asker }

export interface Asker {
  readonly ip: Ip
  readonly mac: Mac
}

/** What is still to be announced on one link; times are monotonic milliseconds. */
export interface Announcer {
  readonly planned: readonly Planned[]
  /** How many announcements have left since when: switches that limit broadcasts would drop a flood. */
  readonly window: { readonly startedAt: number; readonly sent: number }
}

interface Planned {
  readonly due: Due
  readonly sent: number
  readonly at: number
  readonly startedAt: number
}

export interface Advanced {
  readonly announcer: Announcer
  /** In the order to send. */
  readonly send: readonly Due[]
  /** When to advance next; undefined: when something new is announced. */
  readonly wakeAt: number | undefined
}

/** At most so many announcements leave within so many milliseconds: a few at once, many at 6400 a second. */
export const pacing = { burst: 32, window: 5 } as const

/** Milliseconds in which a schedule under way is not restarted: a partition heard one way must not become a storm. */
export const restartInterval = 1000

export const idle: Announcer = { planned: [], window: { startedAt: Number.NEGATIVE_INFINITY, sent: 0 } }

/**
 * Starts the schedule of an address that is ours from now on, and tells those who asked for it lately.
 * @param now milliseconds, from the same origin in every call
 */
export function announce(announcer: Announcer, ip: Ip, askers: readonly Asker[], now: number): Announcer {
  const planned = withdraw(announcer, ip).planned
  const start = { sent: 0, at: now, startedAt: now }
  const unicasts = askers.map((asker): Planned => ({ due: { to: 'asker', ip, asker }, ...start }))
  return { ...announcer, planned: [...planned, { due: { to: 'everybody', ip }, ...start }, ...unicasts] }
}

/**
 * Says again what somebody else contradicted. What was begun within `restartInterval` is not begun anew: its next
 * announcement comes now, so that a storm ends with the schedule.
 */
export function reannounce(announcer: Announcer, ip: Ip, askers: readonly Asker[], now: number): Announcer {
  const current = announcer.planned.find(({ due }) => due.to === 'everybody' && due.ip === ip)
  if (current === undefined) return announcer
  if (now - current.startedAt >= restartInterval) return announce(announcer, ip, askers, now)
  if (current.sent >= scheduleOf(ip).takeover.length) return announcer
  const planned = announcer.planned.map((entry) => (entry === current ? { ...entry, at: now } : entry))
  return { ...announcer, planned }
}

/** Starts every schedule anew: the link came up, or its MAC address changed, and nobody knows yet. */
export function restart(announcer: Announcer, now: number): Announcer {
  const planned = announcer.planned.map(({ due }): Planned => ({ due, sent: 0, at: now, startedAt: now }))
  return { ...announcer, planned }
}

/** Nothing is ever sent on the way out: the next owner announces. */
export function withdraw(announcer: Announcer, ip: Ip): Announcer {
  return { ...announcer, planned: announcer.planned.filter(({ due }) => due.ip !== ip) }
}

/** @param random uniform in [0, 1), asked once for each announcement */
export function advance(announcer: Announcer, now: number, random: () => number): Advanced {
  const window =
    now - announcer.window.startedAt < pacing.window ? announcer.window : { startedAt: now, sent: 0 }
  const due = announcer.planned.filter(({ at }) => at <= now).sort(bySendOrder)
  const leaving = due.slice(0, pacing.burst - window.sent)
  const left = new Set(leaving)
  const after = {
    planned: announcer.planned.flatMap((entry) => (left.has(entry) ? next(entry, now, random()) : [entry])),
    window: { ...window, sent: window.sent + leaving.length },
  }
  return { announcer: after, send: leaving.map((entry) => entry.due), wakeAt: wakeAt(after) }
}

/** Everybody first: one broadcast reaches more than all askers; within that, who has waited longest. */
function bySendOrder(a: Planned, b: Planned): number {
  if (a.due.to !== b.due.to) return a.due.to === 'everybody' ? -1 : 1
  return a.at - b.at
}

function next(entry: Planned, now: number, random: number): readonly Planned[] {
  const sent = entry.sent + 1
  const schedule = entry.due.to === 'everybody' ? scheduleOf(entry.due.ip) : unicastSchedule
  const milliseconds = distance(schedule, sent, random)
  return milliseconds === undefined ? [] : [{ ...entry, sent, at: now + milliseconds }]
}

function wakeAt({ planned, window }: Announcer): number | undefined {
  if (planned.length === 0) return undefined
  const earliest = planned.reduce((least, { at }) => Math.min(least, at), Number.POSITIVE_INFINITY)
  return window.sent < pacing.burst ? earliest : Math.max(earliest, window.startedAt + pacing.window)
}
