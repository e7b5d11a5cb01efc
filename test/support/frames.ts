import type { PacketKind } from '../../src/os/packet-filters.js'

/** One frame of each kind of packet socket, as it is on the wire; those of IP are from 02:…:0a to a group. */
export const frames: Readonly<Record<PacketKind, string>> = {
  arp: `
    ffffffffffff 02000000000a 0806
    0001 0800 06 04 0001             // Ethernet, IPv4, request
    02000000000a c0a80107
    000000000000 c0a801f0`,
  ndp: `
    3333ff0000f0 02000000000a 86dd
    60000000 0020 3a ff              // ICMPv6, hop limit 255
    20010db8000000000000000000000007
    ff0200000000000000000001ff0000f0
    87 00 5a2f 00000000              // Neighbor Solicitation
    20010db80000000000000000000000f0
    01 01 02000000000a               // source link-layer address`,
  'vrrp-ipv4': `
    01005e000012 02000000000a 0800
    45 c0 0020 0000 4000 ff 70 d97f  // don't fragment, TTL 255, protocol 112
    c0a80107 e0000012
    31 01 64 01 0064 8a27 c0a801f0   // version 3, VRID 1, priority 100, one address, 1 s`,
  'vrrp-ipv6': `
    333300000012 02000000000a 86dd
    6c000000 0018 70 ff              // next header 112, hop limit 255
    fe800000000000000000000000000007
    ff020000000000000000000000000012
    31 01 64 01 0064 2d61
    fe8000000000000000000000000000f0`,
}
