import { describeStop, type Stop } from '../stop.js'
import { begin, enter, holdOff } from './attempts.js'
import { endSession } from './connections.js'
import { newPeer } from './peer.js'
import { change, type Turn } from './turn.js'

/** Event 1: whatever kept the peer down or waiting is forgotten. */
export function manualStart(turn: Turn): void {
  const { phase } = turn.peer
  if (phase.is !== 'not-started' && phase.is !== 'stopped' && phase.is !== 'idle-hold') return
  forgetErrors(turn)
  begin(turn, 'started')
}

/** Event 2: down until ManualStart. */
export function manualStop(turn: Turn, stop: Stop): void {
  endAll(turn, 'ManualStop', stop)
  forgetErrors(turn)
}

/** Event 8: down, and back by itself. */
export function automaticStop(turn: Turn, stop: Stop): void {
  const { phase, sessions } = turn.peer
  if (phase.is === 'not-started') return
  if (phase.is === 'stopped') {
    if (phase.stop.why === 'maximum-prefixes' && isReset(stop)) manualStart(turn)
    return
  }
  endAll(turn, 'AutomaticStop', stop)
  if (stop.why === 'maximum-prefixes') return
  if (isReset(stop)) forgetErrors(turn)
  if (isReset(stop) && sessions.length === 0) begin(turn, describeStop(stop))
  else holdOff(turn)
}

function isReset({ why }: Stop): boolean {
  return why === 'administrative-reset' || why === 'other-configuration-change'
}

function endAll(turn: Turn, is: 'ManualStop' | 'AutomaticStop', stop: Stop): void {
  enter(turn, { is: 'stopped', stop })
  for (const session of turn.peer.sessions) endSession(turn, session, { is, stop })
  turn.because = describeStop(stop)
}

function forgetErrors(turn: Turn): void {
  const { connectRetryCounter, reduction, silentCloses } = newPeer
  change(turn, { connectRetryCounter, reduction, silentCloses })
}
