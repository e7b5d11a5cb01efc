import { EmbeddedSpeaker } from './embedded-speaker.js'
import type { SpeakerOptions } from './options.js'
import type { Speaker } from './speaker.js'

/** Makes a speaker; `start` starts it. Opens nothing. @throws SpeakerError 'invalid', with every mistake */
export function createSpeaker(options: SpeakerOptions): Speaker {
  return new EmbeddedSpeaker(options)
}
