import type { SessionState } from '../control/api/peers.js'

export type Style = 'good' | 'busy' | 'bad' | 'heading'

/** Wraps text in what the terminal shows as `style`; its visible width stays. */
export type Paint = (style: Style | undefined, text: string) => string

const sgr: Readonly<Record<Style, number>> = { good: 32, busy: 33, bad: 31, heading: 1 }

export const plain: Paint = (_, text) => text

export const styled: Paint = (style, text) =>
  style === undefined || text === '' ? text : `\u001b[${sgr[style]}m${text}\u001b[0m`

const ofState: Readonly<Record<SessionState, Style>> = {
  idle: 'bad',
  connect: 'busy',
  active: 'busy',
  open_sent: 'busy',
  open_confirm: 'busy',
  established: 'good',
}

export function styleOfState(state: SessionState): Style {
  return ofState[state]
}

/** Peers send text too (hostnames, shutdown communications); none of it may command the terminal. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '?')
}
