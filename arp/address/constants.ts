/** The constants of RFC 5227 §1.1; times in milliseconds. */
export const PROBE_WAIT = 1000
export const PROBE_NUM = 3
export const PROBE_MIN = 1000
export const PROBE_MAX = 2000
export const ANNOUNCE_WAIT = 2000
export const MAX_CONFLICTS = 10
export const RATE_LIMIT_INTERVAL = 60_000
export const DEFEND_INTERVAL = 10_000

/** RFC 4861 §10, in milliseconds: the least distance between solicitations and between unsolicited advertisements. */
export const RETRANS_TIMER = 1000
/** RFC 4861 §10, in milliseconds: the random delay before the first duplicate address detection (RFC 4862 §5.4.2). */
export const MAX_RTR_SOLICITATION_DELAY = 1000
/** RFC 4862 §5.1. */
export const DupAddrDetectTransmits = 1
