import { type LanTrouble, stationWords } from './lan-check.js'

export interface TroubleWords {
  /** What is wrong, of an address that is named before it. */
  readonly text: string
  /** What to change. */
  readonly remedy: string
}

export function troubleWords(trouble: LanTrouble): TroubleWords {
  switch (trouble.is) {
    case 'interface-unknown': {
      const { wanted, there } = trouble
      const all = there.length === 0 ? 'this host has none but lo' : `there are ${there.join(', ')}`
      return {
        text: `no interface is one of \`l2.interfaces\` (${wanted.join(', ')}); ${all}`,
        remedy: 'write one of these there, or leave it out for the one whose subnet holds the address',
      }
    }
    case 'interface-down': {
      const { interface: name, carrier } = trouble
      return carrier
        ? { text: `${name} has no carrier`, remedy: 'plug the cable in, or look at the port of the switch' }
        : { text: `${name} is down`, remedy: `ip link set ${name} up` }
    }
    case 'interface-member':
      return {
        text: `${trouble.interface} is a member of ${trouble.master}, where its frames arrive: nothing is answered on it`,
        remedy: `give ${trouble.master} the addresses of ${trouble.interface}, and name it where l2.interfaces names ${trouble.interface}`,
      }
    case 'outside-subnets': {
      const { subnets, down } = trouble
      const known = subnets.length === 0 ? 'there is none' : `there are ${subnets.join(', ')}`
      const dark = down.length === 0 ? '' : `; of ${down.join(', ')}, without carrier or down, none is known`
      return {
        text: `no interface has a subnet that holds it, so no station of the LAN asks for it by ARP or NDP: ${known}${dark}`,
        remedy:
          'choose an address in one of them; if stations have a route to this link, name the interface in `l2.interfaces`',
      }
    }
    case 'edge-of-subnet':
      return {
        text: `it is the ${trouble.edge} address of the subnet on ${trouble.interface}, which no station may have`,
        remedy: 'leave it out of the announcement',
      }
    case 'address-on-interface':
      return {
        text: `it is configured on ${trouble.interface} itself: the kernel answers for it, whoever the owner is`,
        remedy: `take it off: ip addr del; a service that needs it local has it on lo, with arp_ignore 1`,
      }
    case 'kernel-answers': {
      const { interface: name, ipvs } = trouble
      return {
        text: `it is a local address of this host${ipvs ? ' (kube-proxy in IPVS mode has it on kube-ipvs0)' : ''}, and arp_ignore is 0: the kernel answers for it on ${name}, on every node that is set up so`,
        remedy: ipvs
          ? 'set ipvs.strictARP: true in the configuration of kube-proxy, and restart it'
          : `sysctl -w net.ipv4.conf.${name.replaceAll('.', '/')}.arp_ignore=1`,
      }
    }
    case 'wifi-filters':
      return {
        text: `${trouble.interface} is wireless: its firmware drops requests for addresses that it was not told of`,
        remedy: 'promiscuous: auto, or on',
      }
    case 'contested': {
      const who = trouble.mac === undefined ? 'another station' : stationWords(trouble.mac)
      return {
        text: `${who} on ${trouble.interface} has it: nothing is claimed until that is gone`,
        remedy: 'find that station (a DHCP range that overlaps?), or announce another address',
      }
    }
    case 'not-taken':
      return {
        text:
          trouble.because ?? 'it is not claimed yet: whether anybody has it is asked first, for some seconds',
        remedy: 'ask again; herald l2 shows it',
      }
    case 'not-advertised':
      return {
        text: `${trouble.owner} (priority ${trouble.priority}) advertises the virtual router of group ${trouble.group} with other addresses: this node stands by, and nobody may answer`,
        remedy: `make the addresses of group ${trouble.group} the same on all nodes; if ${trouble.owner} is none of them, choose another virtualRouterId`,
      }
    case 'not-claimed':
      return {
        text: `${trouble.owner} (priority ${trouble.priority}) owns group ${trouble.group} and has not claimed it: it asks whether anybody has it`,
        remedy: `herald l2 on ${trouble.owner} says who has it, if anybody; this node stands by`,
      }
    case 'nobody-answers':
      return {
        text: 'this node stands by, and no owner is heard',
        remedy: 'ask again in a second; if it stays, herald doctor on the other nodes',
      }
  }
}
