import type { Ip } from '../../../net/ip.js'
import { failing, onLink, password, type Row, testEach, viaRouter } from './peers.js'

const dialling: readonly Row[] = [
  {
    name: 'the port is closed',
    peer: failing('refused'),
    expected: [['certain', 'port-closed']],
    text: /refused: 10\.0\.0\.1:179/,
    there: /start BGP/,
  },
  {
    name: 'there is no route',
    peer: failing('network-unreachable'),
    expected: [['certain', 'no-route']],
    text: /no route to 10\.0\.0\.1/,
    here: /add a route/,
  },
  {
    name: 'nobody answers ARP',
    peer: failing('no-route'),
    network: { route: onLink, answersArp: false },
    expected: [['likely', 'host-unreachable']],
    text: /10\.0\.0\.1 does not answer ARP on eth0/,
  },
  {
    name: 'the kernel gives up on the link, and ARP is not known (IPv6)',
    peer: failing('no-route'),
    network: { route: onLink },
    expected: [['likely', 'host-unreachable']],
    text: /does not answer on eth0/,
  },
  {
    name: 'a router says that it cannot reach the peer',
    peer: failing('no-route', { ttl: 64 }),
    network: { route: viaRouter },
    expected: [['likely', 'no-route']],
    text: /the router 10\.0\.0\.254 says/,
  },
  {
    name: 'the peer is behind a router, and the TTL is 1',
    peer: failing('no-route'),
    network: { route: viaRouter, answersArp: true },
    expected: [['likely', 'ttl-too-low']],
    text: /behind the router 10\.0\.0\.254/,
    here: /ebgpMultihop/,
  },
  {
    name: 'the local address is missing',
    peer: failing('address-not-available', { localAddress: '10.0.0.12' as Ip }),
    expected: [['certain', 'local-address-missing']],
    text: /address-not-available/,
    here: /10\.0\.0\.12/,
  },
  {
    name: 'the interface is missing',
    peer: failing('no-interface', { interface: 'eth9' }),
    expected: [['certain', 'interface-missing']],
    text: /no-interface/,
    here: /`interface`/,
  },
  {
    name: 'a local firewall forbids it',
    peer: failing('not-permitted'),
    expected: [['certain', 'not-permitted']],
    text: /not-permitted/,
    here: /nft/,
  },
  {
    name: 'the kernel lacks it',
    peer: failing('unsupported', { password }),
    expected: [['certain', 'kernel-lacks-it']],
    text: /unsupported/,
  },
  { name: 'anything else', peer: failing('failed'), expected: [['certain', 'dial-fails']], text: /failed/ },
]

testEach(dialling)
