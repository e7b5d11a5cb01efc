import type { TcpDrops } from '../os/tcp-statistics.js'
import type { PeerView } from '../speaker/peer-view.js'

/** Failed dials in a row before silence is called a pattern. */
const PATTERN = 2

/** What is likely wrong with a peer and what to change on which side; empty when nothing is known to be wrong. */
export function hintsFor(peer: PeerView, md5Drops: TcpDrops): readonly string[] {
  const { session } = peer
  return session === undefined
    ? [...whyDown(peer), ...whyUnheard(peer, md5Drops)]
    : whyIncomplete(peer, session)
}

function whyDown({ settings, dialFailures, heldDown, record, reduced }: PeerView): readonly string[] {
  const hints: string[] = []
  if (heldDown !== undefined) hints.push(`held down: ${heldDown}`)
  if (dialFailures.count >= PATTERN && dialFailures.last !== undefined) {
    hints.push(`no connection in ${dialFailures.count} attempts: ${dialFailures.last.text}`)
  }
  if (
    settings.password !== undefined &&
    dialFailures.count >= PATTERN &&
    dialFailures.last?.because !== 'refused'
  ) {
    hints.push(
      `the TCP connection gets no answer while an MD5 key is set: the kernel on the other side drops segments ` +
        `whose key is missing or wrong without a word; compare the password of ${settings.name} on both sides`,
    )
  }
  const hint = record.lastError && errorHints[`${record.lastError.code}/${record.lastError.subcode}`]
  if (hint !== undefined) hints.push(hint)
  if (reduced !== undefined) hints.push('the peer rejects capabilities; herald tries with fewer of them')
  return hints
}

/** Who calls with the wrong key is dropped by this host's kernel before herald hears of it. */
function whyUnheard({ settings }: PeerView, { notFound, failure, unexpected }: TcpDrops): readonly string[] {
  const dropped = (count: number, what: string) =>
    `${count} TCP segments ${what} were dropped by this host’s kernel since herald started`
  if (settings.password === undefined) {
    if (unexpected === 0) return []
    const text = dropped(unexpected, 'signed with a TCP MD5 key that is not set here')
    return [`${text}; if they are this peer’s, set its password here too`]
  }
  const same = 'if they are this peer’s, set the same password there'
  return [
    ...(notFound === 0 ? [] : [`${dropped(notFound, 'without the TCP MD5 signature')}; ${same}`]),
    ...(failure === 0 ? [] : [`${dropped(failure, 'signed with another TCP MD5 key')}; ${same}`]),
  ]
}

/** By code and subcode, whoever sent it. */
const errorHints: Readonly<Record<string, string>> = {
  '2/2':
    'the AS numbers do not agree: `asn` here must be the peer’s own AS, and its remote-as this node’s `bgp.asn`',
  '2/3': 'the BGP identifiers clash: give one of the two speakers another routerId',
  '2/6': 'the hold time is not acceptable to one side: set `holdTime` to what the peer allows',
  '2/7': 'no address family in common: activate IPv4 or IPv6 unicast for this neighbour on both sides',
  '4/0': 'nothing came for a whole hold time: look at the path between the two, and at the load of the peer',
  '6/1': 'too many prefixes were sent: raise the limit on the side that complained, or announce fewer',
  '6/2': 'one side was shut down by its operator',
  '6/3': 'the peer has no configuration for this neighbour (any more)',
  '6/5': 'the peer refuses this connection: is this node’s address configured as its neighbour?',
  '6/7': 'two connections collide again and again: is another BGP speaker running on this node’s address?',
}

function whyIncomplete({ settings }: PeerView, session: NonNullable<PeerView['session']>): readonly string[] {
  const { negotiated, target } = session
  const hints = settings.families
    .filter((family) => !negotiated.families.includes(family))
    .map(
      (family) =>
        `the peer does not speak ${family}: activate it for this neighbour there, or drop it from families`,
    )
  const { ipv4, ipv6, linkLocal } = target.nextHops
  if (negotiated.families.includes('ipv6/unicast') && !ipv6 && !linkLocal) {
    hints.push(
      'no IPv6 prefix is sent: this session’s interface has no global IPv6 address; set nextHop.ipv6',
    )
  }
  if (
    negotiated.families.includes('ipv4/unicast') &&
    !ipv4 &&
    !negotiated.extendedNextHop.includes('ipv4/unicast')
  ) {
    hints.push('no IPv4 prefix is sent: this session’s interface has no IPv4 address; set nextHop.ipv4')
  }
  return hints
}
