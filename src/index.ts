/** The BGP engine as a library: docs/library.md. What is not named here is not for programs outside. */
export { createSpeaker } from './library/create-speaker.js'
export type {
  AnnouncementOptions,
  DynamicPeerOptions,
  Family,
  PeerChanges,
  PeerDefaults,
  PeerOptions,
  SessionOptions,
  SpeakerOptions,
  StopOptions,
} from './library/options.js'
export type {
  EndOfRibEvent,
  MalformedEvent,
  NotificationEvent,
  PeerStatus,
  Route,
  RoutesEvent,
  SessionState,
  SpeakerEvent,
  StateEvent,
  WarningEvent,
} from './library/report.js'
export type { Speaker } from './library/speaker.js'
export { type OptionProblem, SpeakerError, type SpeakerErrorCode } from './library/speaker-error.js'
