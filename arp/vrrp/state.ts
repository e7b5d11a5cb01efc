import type { Ip } from '../../net/ip.js'
import type { ReceivedAdvertisement } from './codec.js'
import type { AdvertisementInterval, ChecksumForm, VirtualRouterId } from './message.js'
import type { VrrpTimer } from './timers.js'

/** One virtual router as configured on this node (RFC 9568 §6.1). */
export interface VrrpSettings {
  readonly virtualRouterId: VirtualRouterId
  /** 1 to 254; 255 for the owner of the addresses. */
  readonly priority: number
  readonly advertisementInterval: AdvertisementInterval
  /** Preempt_Mode: whether a Backup of higher priority takes over from an Active of lower. An owner always does. */
  readonly preempt: boolean
  /** How long a lower priority must be heard before it is preempted; 0: at once. */
  readonly preemptDelayMilliseconds: number
  /** Our address in advertisements, by which equal priorities are ordered. */
  readonly primaryIp: Ip
  /** Of one IP version; at least one. */
  readonly addresses: readonly Ip[]
  /** Until somebody else's advertisement shows which form is spoken here. */
  readonly checksum: ChecksumForm
}

export type VrrpState = Initialize | Backup | Active | Resigning

export interface Initialize {
  readonly state: 'Initialize'
}

export interface Backup {
  readonly state: 'Backup'
  /** Learned from the Active (Active_Adver_Interval); until then our own. */
  readonly activeAdverInterval: AdvertisementInterval
  /** Who advertised last; undefined until somebody does. */
  readonly active: { readonly ip: Ip; readonly priority: number } | undefined
  /** 'delayed': a lower priority is heard and left alone while Preempt_Delay_Timer runs; 'due': no longer. */
  readonly preemption: 'none' | 'delayed' | 'due'
  readonly checksum: ChecksumForm
}

export interface Active {
  readonly state: 'Active'
  readonly checksum: ChecksumForm
}

/** Not of the RFC: an Active that has said it stops, and still answers until its successor is heard. */
export interface Resigning {
  readonly state: 'Resigning'
  readonly checksum: ChecksumForm
}

export type VrrpEvent =
  | { readonly is: 'Startup' }
  /** Stop at once: nobody answers until a Backup's Skew_Time has passed. */
  | { readonly is: 'Shutdown' }
  /** Stop as soon as a successor is heard, or after four intervals without one. */
  | { readonly is: 'HandOver' }
  | { readonly is: 'TimerExpired'; readonly timer: VrrpTimer }
  | Received

export interface Received extends ReceivedAdvertisement {
  readonly is: 'Received'
}

export type VrrpAction =
  | { readonly do: 'send'; readonly priority: number; readonly checksum: ChecksumForm }
  /** Replaces a running timer of this name. */
  | { readonly do: 'start'; readonly timer: VrrpTimer; readonly milliseconds: number }
  | { readonly do: 'stop'; readonly timer: VrrpTimer }
  /** Answer for the addresses from now on, and announce them. */
  | { readonly do: 'take-over' }
  /** Announce again: another Active was heard, and its frames may have moved caches. */
  | { readonly do: 'reannounce' }
  /** Stop answering, before anything else. */
  | { readonly do: 'give-up' }
  | { readonly do: 'discard'; readonly because: DiscardedBecause }

export type DiscardedBecause = 'not-started' | 'own-advertisement' | 'lower-priority' | 'resigning'

export interface VrrpStep {
  readonly state: VrrpState
  readonly actions: readonly VrrpAction[]
}
