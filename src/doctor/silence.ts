import type { Diagnosis } from '../control/api/doctor.js'
import type { PeerView } from '../speaker/peer-view.js'
import { certain, likely, make, possible, ranked } from './diagnosis.js'
import type { NetworkSigns } from './network-signs.js'

/**
 * Why a SYN gets no answer, and the peer's own calls do not arrive. What we drop, our kernel counts; what the peer
 * drops is silence, of which only the peer's own calls, or other SYNs than the session's, make more.
 */
export function silence(peer: PeerView, network: NetworkSigns): readonly Diagnosis[] {
  const seen = [...seenByProbes(peer, network), ...refusedCall(peer)]
  if (seen.length > 0) return ranked(seen)
  const counted = countedDrops(peer, network)
  const lost = unreachable(peer, network)
  const guesses = [...counted, ...lost]
  // What was counted or not resolved explains the silence; the rest would only distract.
  return ranked(guesses.length > 0 ? guesses : leftOver(peer, network))
}

/** What remains for a peer that is waited for: this side sends no SYN. */
export function unheard(peer: PeerView, network: NetworkSigns): readonly Diagnosis[] {
  return ranked([...refusedCall(peer), ...countedDrops(peer, network)])
}

function seenByProbes({ settings }: PeerView, { probes, route }: NetworkSigns): readonly Diagnosis[] {
  const { name, password, ttl, ttlSecurityHops } = settings
  const diagnoses: Diagnosis[] = []
  if (password !== undefined && probes.unsigned === 'connected') {
    const text = `${name} has no TCP MD5 key for this node: it takes a connection without signature`
    diagnoses.push(certain('md5-missing-there', text, md5There(name)))
  }
  if (password !== undefined && probes.unsigned === 'refused') {
    const text = `nobody listens on port ${settings.port} of ${name}, or not for this node: it refuses a SYN without signature, and its refusal of one with signature is not signed, so that this kernel drops it`
    diagnoses.push(certain('port-closed', text, portRemedies(name)))
  }
  if (probes.everyTtl === undefined || probes.everyTtl === 'silent') return diagnoses
  if (ttlSecurityHops !== undefined) {
    const text = `${name} answers with a TTL below ${256 - ttlSecurityHops}, which ttlSecurity demands`
    diagnoses.push(certain('ttl-security-here', text, ttlSecurityRemedies(name, ttlSecurityHops)))
  } else if (route?.gateway !== undefined) {
    diagnoses.push(ttlTooLow(name, ttl, route.gateway, certain))
  } else {
    const text = `${name} answers a SYN with TTL 255 and none with TTL ${ttl}: it has GTSM (ttl-security)`
    diagnoses.push(certain('ttl-security-there', text, gtsmThere(name)))
  }
  return diagnoses
}

/** A SYN of the peer's that got as far as herald. */
function refusedCall({ settings: { name, ttlSecurityHops }, refusedCall }: PeerView): readonly Diagnosis[] {
  if (refusedCall?.tooFar === undefined || ttlSecurityHops === undefined) return []
  const { ttl, demanded } = refusedCall.tooFar
  const text = `${name} called with TTL ${ttl}, and ttlSecurity demands ${demanded}`
  return [certain('ttl-security-here', text, ttlSecurityRemedies(name, ttlSecurityHops))]
}

/** The kernel's counters, attributed to this peer; likely only where it can be nobody else. */
function countedDrops(
  { settings: { name, password, ttlSecurityHops } }: PeerView,
  { drops, otherSuspects }: NetworkSigns,
): readonly Diagnosis[] {
  if (drops === undefined) return []
  const certainty = otherSuspects === 0 ? 'likely' : 'possible'
  const lately = (count: number, what: string) =>
    `this kernel has just dropped ${count} TCP segments ${what}${otherSuspects === 0 ? '' : ', of this peer or of another'}`
  const diagnoses: Diagnosis[] = []
  if (password === undefined && drops.unexpected > 0) {
    const text = lately(drops.unexpected, 'signed with a TCP MD5 key that is not set here')
    diagnoses.push(make(certainty, 'md5-missing-here', text, md5Here(name)))
  }
  if (password !== undefined && drops.failure > 0) {
    const text = lately(drops.failure, 'signed with another TCP MD5 key')
    diagnoses.push(make(certainty, 'md5-differs', text, md5Both(name)))
  }
  if (password !== undefined && drops.notFound > 0) {
    const text = lately(drops.notFound, 'without the TCP MD5 signature that this side demands')
    diagnoses.push(make(certainty, 'md5-missing-there', text, md5There(name)))
  }
  if (ttlSecurityHops !== undefined && drops.minTtl > 0) {
    const text = lately(drops.minTtl, `with a TTL below ${256 - ttlSecurityHops}, which ttlSecurity demands`)
    diagnoses.push(make(certainty, 'ttl-security-here', text, ttlSecurityRemedies(name, ttlSecurityHops)))
  }
  return diagnoses
}

/** What the kernel knows of the way to the peer. */
export function unreachable(
  { settings: { name, address, ttl, ttlSecurityHops } }: PeerView,
  { route, answersArp }: NetworkSigns,
): readonly Diagnosis[] {
  const far = route?.gateway
  if (answersArp === false) {
    const who = far ?? address
    const text = `${who} does not answer ARP on ${route?.interface ?? 'its link'}: it is down, has another address, or is on another VLAN`
    return [
      likely('host-unreachable', text, { here: `ping ${who}`, there: `ip address, and the link's state` }),
    ]
  }
  if (far !== undefined && ttlSecurityHops === undefined && ttl === 1) {
    return [ttlTooLow(name, ttl, far, likely)]
  }
  return []
}

/** Nothing speaks for one more than for the others. */
function leftOver(
  { settings: { name, port, password, ttlSecurityHops } }: PeerView,
  { halfOpen, answersArp, probes, route }: NetworkSigns,
): readonly Diagnosis[] {
  const alive = answersArp === true && route?.gateway === undefined ? ', though it answers ARP' : ''
  const filtered = halfOpen
    ? likely(
        'filtered',
        `the calls of ${name} arrive here, and our answers do not arrive there: a filter on the way to it`,
        filterRemedies(name, port),
      )
    : possible(
        'filtered',
        `${name} answers nothing on TCP port ${port}${alive}: a filter drops it`,
        filterRemedies(name, port),
      )
  const diagnoses: Diagnosis[] = [filtered]
  // A call that got past the check of its signature rules out the key.
  if (!halfOpen && password !== undefined) {
    const signed = probes.unsigned === 'silent' ? ', and none without a signature either' : ''
    const text = `a SYN to ${name} gets no answer while an MD5 key is set${signed}: what is signed with another key is dropped without a word`
    diagnoses.push(possible('md5-differs', text, md5Both(name)))
    if (probes.unsigned === undefined) {
      const missing = `${name} has no MD5 key, and drops what is signed without a word`
      diagnoses.push(possible('md5-missing-there', missing, md5There(name)))
    }
  }
  if (!halfOpen && password === undefined) {
    const text = `${name} has a TCP MD5 key that only the other side has: it drops what is not signed without a word`
    diagnoses.push(possible('md5-missing-here', text, md5Here(name)))
  }
  if (probes.everyTtl === undefined && ttlSecurityHops === undefined) {
    const text = `${name} has GTSM (ttl-security), and drops what does not come with TTL 255`
    diagnoses.push(possible('ttl-security-there', text, gtsmThere(name)))
  }
  return diagnoses
}

type Make = typeof certain

function ttlTooLow(name: string, ttl: number, gateway: string, as: Make): Diagnosis {
  return as('ttl-too-low', `${name} is behind the router ${gateway}, and what is sent to it has TTL ${ttl}`, {
    here: `set \`ebgpMultihop\` of ${name} to the number of hops, or peer with its address on this link`,
    there: 'ebgp-multihop for this neighbour',
  })
}

export function portRemedies(name: string) {
  return {
    here: `if BGP of ${name} listens on another port, set \`port\``,
    there: 'start BGP, let it listen on this address, and configure this node as its neighbour',
  }
}

function filterRemedies(name: string, port: number) {
  return {
    here: `allow TCP to and from port ${port} of ${name} (nft list ruleset)`,
    there: `allow TCP port ${port} from and to this node: access lists, control-plane policies, firewalls on the way`,
  }
}

function md5Here(name: string) {
  return {
    here: `set \`password\` of ${name} to the key of the other side`,
    there: 'or take the password out',
  }
}

function md5There(name: string) {
  return { here: `or take the password of ${name} out`, there: 'set the password of this neighbour' }
}

function md5Both(name: string) {
  return {
    here: `compare \`password\` of ${name}, blanks at its end included, and set the same password there`,
    there: 'set the same password for this neighbour',
  }
}

export function gtsmThere(name: string) {
  return {
    here: `set \`ttlSecurity: true\` for ${name}`,
    there: 'or take ttl-security out for this neighbour',
  }
}

export function ttlSecurityRemedies(name: string, hops: number) {
  return {
    here: `or take \`ttlSecurity\` of ${name} out`,
    there: `ttl-security hops ${hops} for this neighbour, so that it sends TTL 255`,
  }
}
