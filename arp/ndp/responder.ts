import { isGroupMac, isStationMac, type Mac } from '../../net/mac.js'
import { groupMac } from '../ethernet.js'
import { type Link, type RoleRefusal, refusalOf } from '../link.js'
import { allNodes, unspecifiedIpv6 } from './group.js'
import {
  linkLayerAddress,
  type NdpMessage,
  type NeighborAdvertisement,
  type NeighborSolicitation,
} from './message.js'

/** Why an NDP message gets no answer. */
export type NdpRefusal =
  | 'not-a-solicitation'
  | 'own-frame'
  | 'not-for-us'
  | 'bad-sender'
  | 'gratuitous'
  | RoleRefusal

export type NdpVerdict =
  | { readonly is: 'reply'; readonly message: NeighborAdvertisement }
  | { readonly is: 'ignored'; readonly because: NdpRefusal }

/** Answers a solicitation for an address that we own on the link where it came in (RFC 4861 §7.2.4). */
export function respondToNdp(message: NdpMessage, link: Link): NdpVerdict {
  if (message.kind !== 'neighbor-solicitation') return { is: 'ignored', because: 'not-a-solicitation' }
  const because = refusal(message, link)
  if (because !== undefined) return { is: 'ignored', because }
  return { is: 'reply', message: answer(message, link) }
}

/** The option may be missing in a unicast solicitation (RFC 4861 §4.3): then the frame says who asked. */
export function solicitorOf(message: NeighborSolicitation): Mac {
  return linkLayerAddress(message, 'source-link-layer-address') ?? message.ethernet.source
}

function refusal(message: NeighborSolicitation, link: Link): NdpRefusal | undefined {
  const solicitor = solicitorOf(message)
  if (solicitor === link.mac || message.ethernet.source === link.mac) return 'own-frame'
  const { destination } = message.ethernet
  if (destination !== link.mac && !isGroupMac(destination)) return 'not-for-us'
  const isProbe = message.source === unspecifiedIpv6
  const unowned = refusalOf(link.roles.get(message.target), isProbe ? 'probe' : 'resolution')
  if (unowned !== undefined) return unowned
  // Asked from the very address: whoever holds it claims it. That is a conflict, not a question.
  if (message.source === message.target) return 'gratuitous'
  return isStationMac(solicitor) ? undefined : 'bad-sender'
}

function answer(message: NeighborSolicitation, link: Link): NeighborAdvertisement {
  // §7.2.4: who has no address yet (duplicate address detection) is answered through all nodes, unsolicited.
  const solicited = message.source !== unspecifiedIpv6
  const destination = solicited ? message.source : allNodes
  return {
    kind: 'neighbor-advertisement',
    ethernet: { destination: solicited ? solicitorOf(message) : groupMac(allNodes), source: link.mac },
    source: message.target,
    destination,
    target: message.target,
    router: link.router,
    // Without S, the solicitor's entry is never confirmed; without O, an entry with the old owner's address stays.
    solicited,
    override: true,
    options: [{ kind: 'target-link-layer-address', mac: link.mac }],
  }
}
