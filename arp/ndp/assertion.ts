import type { Assertion } from '../assertion.js'
import { unspecifiedIpv6 } from './group.js'
import { linkLayerAddress, type NdpMessage } from './message.js'
import { solicitorOf } from './responder.js'

/**
 * An advertisement claims its target (RFC 4862 §5.4.4); a solicitation from '::' is another's duplicate address
 * detection (§5.4.3); any other solicitation comes from an address that its sender claims.
 */
export function assertionOfNdp(message: NdpMessage): Assertion {
  if (message.kind === 'neighbor-advertisement') {
    const mac = linkLayerAddress(message, 'target-link-layer-address') ?? message.ethernet.source
    return { is: 'claim', ip: message.target, mac }
  }
  const mac = solicitorOf(message)
  if (message.source === unspecifiedIpv6) return { is: 'probe', ip: message.target, mac }
  return { is: 'claim', ip: message.source, mac }
}
