import type { BgpIdentifier } from '../../bgp/identifier.js'
import type { Change } from '../../config/change.js'
import { classifying, peerIdentities, resets as sessionsReset } from '../../config/diff.js'
import { pair } from '../../config/pair.js'
import type { Settings } from '../../config/settings.js'
import { ok, type Result } from '../../net/result.js'
import type { Steps } from '../../net/steps.js'
import type { PlannedChange, ReloadPlan } from '../control/api/reload.js'
import type { Daemon } from './daemon.js'

export type Plan = Pick<ReloadPlan, 'changes' | 'resets'>

/** What taking these settings would do to the daemon as it is now. Refused when this host cannot have them. */
export function* planning(daemon: Daemon, after: Settings): Steps<Result<Plan>> {
  const { settings: before, speaker } = daemon
  const next = daemon.speakerConfiguration(after)
  if (!next.ok) return next
  // An identifier that was chosen here is the same as one that is written now, if it has the same value.
  const [was, is] = [speaker.configuration.speaker.routerId, next.value.speaker.routerId]
  const changes = yield* classifying(identified(before, was), identified(after, is))
  yield
  const floods = floodsOf(daemon, after)
  return ok({
    changes: [
      ...changes.flatMap(planned),
      ...floods.map(({ change }) => change),
      ...strandedBy(daemon, after),
    ],
    resets: [...new Set([...sessionsReset(changes, before), ...floods.map(({ name }) => name)])],
  })
}

/** For the log: what changed, in words. */
export function told({ changes, resets }: Plan) {
  return { changes: changes.map(({ text }) => text), resets }
}

/** '2 changes applied, 1 waits for a restart of herald'. */
export function summary({ changes }: Plan): string {
  const waiting = changes.filter(({ effect }) => effect === 'restart').length
  const done = changes.filter(({ effect }) => effect !== 'none').length - waiting
  if (done + waiting === 0) return 'nothing changed'
  const parts = [
    ...(done > 0 ? [`${done} ${done === 1 ? 'change' : 'changes'} applied`] : []),
    ...(waiting > 0 ? [`${waiting} ${waiting === 1 ? 'waits' : 'wait'} for a restart of herald`] : []),
  ]
  return parts.join(', ')
}

function identified(settings: Settings, routerId: BgpIdentifier): Settings {
  const { bgp } = settings
  return bgp === undefined ? settings : { ...settings, bgp: { ...bgp, routerId } }
}

function planned(change: Change): readonly PlannedChange[] {
  return change.lines.map((text) => ({ what: change.of, effect: change.effect, text }))
}

/**
 * A limit below what a peer has sent already ends its session at once: the plan says so before it happens, though
 * the key as such resets nothing.
 */
function floodsOf({ speaker }: Daemon, { bgp }: Settings) {
  return (bgp?.peers ?? []).flatMap(({ name, maxPrefixes }) => {
    const peer = speaker.peers.find(
      ({ settings, session }) => settings.name === name && session !== undefined,
    )
    const received = peer?.adjRibIn?.total ?? 0
    if (maxPrefixes === undefined || received <= maxPrefixes) return []
    const text = `peer ${name}: ${received} prefixes are received, maxPrefixes ${maxPrefixes} ends the session until \`herald reset ${name}\``
    return [{ name, change: { what: 'peer', effect: 'reset' as const, text } }]
  })
}

/** What was announced at run time for peers alone that are gone then; a peer that is only renamed keeps it. */
function strandedBy({ settings, runTime }: Daemon, after: Settings): readonly PlannedChange[] {
  const { removed } = pair(settings.bgp?.peers ?? [], after.bgp?.peers ?? [], peerIdentities)
  const gone = removed.map(({ name }) => name)
  if (gone.length === 0) return []
  return runTime.routesOfPeers.flatMap(({ prefix, peers = [] }) => {
    if (!peers.some((name) => gone.includes(name)) || !peers.every((name) => gone.includes(name))) return []
    const text = `${prefix} was announced at run time for ${peers.join(', ')} alone: nobody hears of it; herald withdraw ${prefix}, or announce it anew`
    return [{ what: 'run-time', effect: 'none' as const, text }]
  })
}
