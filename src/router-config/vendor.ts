import { formatSeconds } from '../../net/duration.js'
import type { RouterSide } from './router-side.js'

/** One file per vendor provides this. */
export interface Vendor {
  /** For the heading: 'FRRouting'. */
  readonly title: string
  /** What begins a comment. */
  readonly comment: '!' | '#'
  /** Where the text goes. */
  readonly usage: string
  readonly write: (side: RouterSide) => VendorText
}

export interface VendorText {
  /** What this vendor cannot say, or says elsewhere: sentences for the comment above. */
  readonly remarks: readonly string[]
  /** Indented as the vendor's own output is, so that a difference of the two is short. */
  readonly lines: readonly string[]
}

/** The lines one step further in. */
export function indented(by: number, lines: readonly string[]): readonly string[] {
  return lines.map((line) => `${' '.repeat(by)}${line}`)
}

/** What is not written where nobody has loaded it into a device: a sentence, where the file asks for it. */
export function longLivedByHand({ longLivedStaleSeconds: seconds }: RouterSide): readonly string[] {
  if (seconds === undefined) return []
  return [
    `Long-lived graceful restart (${formatSeconds(seconds)}, RFC 9494) is not in this text: see whether the release has it.`,
  ]
}
