import type { Settings } from '../../config/settings.js'
import { AnnouncementBoard } from '../../src/announcements/board.js'
import { speakerConfiguration } from '../../src/daemon/speaker-configuration.js'
import type { PeerDriver } from '../../src/speaker/peer-driver.js'
import { Speaker } from '../../src/speaker/speaker.js'
import type { SpeakerEvent } from '../../src/speaker/speaker-event.js'
import { type Files, settingsOf } from './config.js'
import type { MemoryWorld } from './memory-world.js'

/** A speaker with its announcements, and what it told. */
export interface TestSpeaker {
  readonly speaker: Speaker
  readonly events: readonly SpeakerEvent[]
  /** 'WARNING' texts so far. */
  warnings(): readonly string[]
  /** Announces what the file says, and takes its peers. */
  configure(yaml: string, files?: Files): Settings
  /** @throws when there is no such peer */
  peer(name: string): PeerDriver
  /** 'from -> to' of every state change of that peer so far. */
  moves(peer: string): readonly string[]
}

/** @param yaml a whole configuration file */
export function startSpeaker(
  world: MemoryWorld,
  address: string,
  yaml: string,
  options: { readonly files?: Files; readonly complete?: () => boolean } = {},
): TestSpeaker {
  const { files } = options
  const host = world.at(address)
  const events: SpeakerEvent[] = []
  const settings = settingsOf(yaml, files)
  const speaker = new Speaker(configurationOf(settings, world, address), {
    ...host,
    hints: () => ({ restarted: false, forwardingPreserved: false }),
    complete: options.complete ?? (() => board.complete),
    settled: () => board.settled,
    onEvent: (event) => events.push(event),
  })
  const board: AnnouncementBoard = new AnnouncementBoard(speaker.locRib, {
    changed: () => speaker.announced(board.namedPeers),
    later: (work) => host.later(work),
  })
  board.declare('run-time', [])
  board.declare('file', settings.announcements)
  speaker.listen(settings.bgp?.listen.endpoints ?? [])
  speaker.start()
  return {
    speaker,
    events,
    warnings: () => events.flatMap((event) => (event.kind === 'warning' ? [event.text] : [])),
    configure: (next, nextFiles = files) => {
      const changed = settingsOf(next, nextFiles)
      speaker.configure(configurationOf(changed, world, address))
      board.declare('file', changed.announcements)
      return changed
    },
    peer: (name) => {
      const driver = speaker.find(name)
      if (driver === undefined) throw new Error(`no peer ${name}`)
      return driver
    },
    moves: (peer) =>
      events.flatMap((event) =>
        event.kind === 'peer-state' && event.peer === peer
          ? [`${event.change.from} -> ${event.change.to}`]
          : [],
      ),
  }
}

function configurationOf(settings: Settings, world: MemoryWorld, address: string) {
  const configuration = speakerConfiguration(settings, world.at(address).hostAddresses())
  if (!configuration.ok) throw new Error(configuration.because)
  return configuration.value
}
