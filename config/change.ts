import type { DynamicPeerSettings, PeerSettings } from '../bgp/peer-settings.js'
import type { Effect } from './effect.js'
import type { Announcement, L2Group } from './settings.js'

/** Something in which two configurations differ. */
export type Change =
  | Difference<'peer', PeerSettings>
  | Difference<'dynamic-peer', DynamicPeerSettings>
  | Difference<'l2-group', L2Group>
  | Difference<'announcement', Announcement>
  | AnnouncementOrder
  | SettingChange

/** A member of a list that is new, gone, or has other values now. */
export type Difference<Of extends string, Member> = Told & { readonly of: Of } & (
    | { readonly is: 'added'; readonly after: Member }
    | { readonly is: 'removed'; readonly before: Member }
    | {
        readonly is: 'changed'
        readonly before: Member
        readonly after: Member
        readonly keys: readonly KeyChange[]
      }
  )

/** Another announcement comes first now, and its attributes with it, where two want the same prefix. */
export interface AnnouncementOrder extends Told {
  readonly of: 'announcement-order'
}

/** A key that is of no list. */
export interface SettingChange extends Told {
  readonly of: 'setting'
  readonly change: KeyChange
}

export interface Told {
  /** The strongest of all that changed; a session that ends because its peer is removed counts as reset. */
  readonly effect: Effect
  /** What changes and what that does, for `reload --dry-run`. */
  readonly lines: readonly string[]
}

export interface KeyChange {
  /** As the file calls it. */
  readonly key: string
  readonly effect: Effect
  /** The session falls silent, and ends by its hold timer, unless the other side changes as well. */
  readonly takesTwo?: true
  /** As the file would have it; a secret only says that it is one. Absent: the key was not there. */
  readonly from?: string
  readonly to?: string
}

const strength: readonly Effect[] = ['soft', 'next-session', 'reset', 'restart']

export function strongest(effects: readonly Effect[]): Effect {
  return effects.reduce((a, b) => (strength.indexOf(b) > strength.indexOf(a) ? b : a), 'soft')
}
