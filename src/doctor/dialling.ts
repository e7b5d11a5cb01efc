import type { Diagnosis } from '../control/api/doctor.js'
import type { PeerView } from '../speaker/peer-view.js'
import type { DialFailure } from '../transport/transport.js'
import { certain, likely, possible } from './diagnosis.js'
import type { NetworkSigns } from './network-signs.js'
import { portRemedies, silence, unheard, unreachable } from './silence.js'

/** Why there is no TCP connection; empty when the last attempt had one. */
export function whyNotConnected(peer: PeerView, network: NetworkSigns): readonly Diagnosis[] {
  const { dialFailures, settings } = peer
  if (settings.passive) return notCalled(peer, network)
  return dialFailures.last === undefined ? [] : whyDialFails(peer, network, dialFailures.last)
}

function notCalled(peer: PeerView, network: NetworkSigns): readonly Diagnosis[] {
  if (peer.record.endsWithin(Number.POSITIVE_INFINITY).length > 0) return unheard(peer, network)
  const { name } = peer.settings
  return [
    ...unheard(peer, network),
    possible('not-called', `this side waits for ${name} (passive), and no call of its own has come`, {
      here: 'take `passive` out, so that this side calls as well',
      there: 'let it call: this node must be its neighbour, and not a passive one',
    }),
  ]
}

function whyDialFails(
  peer: PeerView,
  network: NetworkSigns,
  { because, text }: DialFailure,
): readonly Diagnosis[] {
  const { name, address, localAddress } = peer.settings
  switch (because) {
    case 'refused':
      return [certain('port-closed', text, portRemedies(name))]
    case 'timed-out':
      return silence(peer, network)
    case 'no-route': {
      const known = unreachable(peer, network)
      if (known.length > 0) return known
      const link = network.route?.interface ?? 'its link'
      if (network.route?.gateway === undefined) {
        const down = `${address} does not answer on ${link}: it is down, has another address, or is on another VLAN`
        return [
          likely('host-unreachable', down, {
            here: `ping ${address}`,
            there: "its address and link's state",
          }),
        ]
      }
      const lost = `the router ${network.route.gateway} says that it cannot reach ${address}`
      return [
        likely('no-route', lost, { here: `ip route get ${address}`, there: 'a route back to this node' }),
      ]
    }
    case 'network-unreachable':
      return [
        certain('no-route', `this host has no route to ${address}`, {
          here: `add a route, or an address of the peer's subnet; see: ip route get ${address}`,
        }),
      ]
    case 'address-not-available':
      return [
        certain('local-address-missing', text, {
          here:
            localAddress === undefined
              ? `give this host an address of the peer's kind`
              : `give this host ${localAddress}, or correct \`localAddress\` of ${name}`,
        }),
      ]
    case 'no-interface':
      return [certain('interface-missing', text, { here: `correct \`interface\` of ${name}` })]
    case 'not-permitted':
      return [certain('not-permitted', text, { here: 'look for it in: nft list ruleset, ip rule, ip route' })]
    case 'unsupported':
      return [certain('kernel-lacks-it', text)]
    case 'failed':
      return [certain('dial-fails', text)]
  }
}
