import t from 'tap'
import type { ArpMessage } from '../../../arp/arp/message.js'
import { respondToArp } from '../../../arp/arp/responder.js'
import type { Link, Role } from '../../../arp/link.js'
import type { Ip, Ipv4 } from '../../../net/ip.js'
import type { Mac } from '../../../net/mac.js'

const ours = '02:00:00:00:00:01' as Mac
const client = '02:00:00:00:00:0a' as Mac
const everybody = 'ff:ff:ff:ff:ff:ff' as Mac
const nobody = '00:00:00:00:00:00' as Mac
const owned = '192.0.2.10' as Ipv4

const link: Link = {
  mac: ours,
  router: false,
  roles: new Map<Ip, Role>([
    [owned, 'owner'],
    ['192.0.2.11' as Ip, 'backup'],
    ['192.0.2.12' as Ip, 'probing'],
    ['192.0.2.13' as Ip, 'answered-elsewhere'],
    ['192.0.2.14' as Ip, 'taking-over'],
  ]),
}

const request: ArpMessage = {
  kind: 'request',
  ethernet: { destination: everybody, source: client },
  senderMac: client,
  senderIp: '192.0.2.1' as Ipv4,
  targetMac: nobody,
  targetIp: owned,
}

function reply(to: { mac: Mac; ip: Ipv4 }): ArpMessage {
  return {
    kind: 'reply',
    ethernet: { destination: to.mac, source: ours },
    senderMac: ours,
    senderIp: owned,
    targetMac: to.mac,
    targetIp: to.ip,
  }
}

t.test('a broadcast request for our address is answered to its sender', async (t) => {
  const message = reply({ mac: client, ip: '192.0.2.1' as Ipv4 })
  t.same(respondToArp(request, link), { is: 'reply', message })
})

t.test('a unicast request, which refreshes an entry, is answered', async (t) => {
  const unicast: ArpMessage = { ...request, ethernet: { destination: ours, source: client } }
  t.match(respondToArp(unicast, link), { is: 'reply' })
})

t.test('a probe is answered, so that its sender learns that the address is taken', async (t) => {
  const probe: ArpMessage = { ...request, senderIp: '0.0.0.0' as Ipv4 }
  const message = reply({ mac: client, ip: '0.0.0.0' as Ipv4 })
  t.same(respondToArp(probe, link), { is: 'reply', message })
})

t.test('the answer goes to the ARP sender, as the kernel does, whoever sent the frame', async (t) => {
  const relayed: ArpMessage = {
    ...request,
    ethernet: { destination: everybody, source: '02:00:00:00:00:99' as Mac },
  }
  t.match(respondToArp(relayed, link), { is: 'reply', message: { ethernet: { destination: client } } })
})

const ignored: { name: string; message: Partial<ArpMessage>; because: string }[] = [
  { name: 'a reply', message: { kind: 'reply' }, because: 'not-a-request' },
  { name: 'our own request', message: { senderMac: ours }, because: 'own-frame' },
  {
    name: 'a request from our own interface for another sender',
    message: { ethernet: { destination: everybody, source: ours } },
    because: 'own-frame',
  },
  {
    name: 'a request to another station, seen in promiscuous mode',
    message: { ethernet: { destination: '02:00:00:00:00:0b' as Mac, source: client } },
    because: 'not-for-us',
  },
  {
    name: 'a request to a multicast group',
    message: { ethernet: { destination: '01:00:5e:00:00:12' as Mac, source: client } },
    because: 'not-for-us',
  },
  { name: "somebody's announcement of our address", message: { senderIp: owned }, because: 'gratuitous' },
  {
    name: 'a request from a group',
    message: { senderMac: '01:00:5e:00:00:01' as Mac },
    because: 'bad-sender',
  },
  { name: 'a request from nobody', message: { senderMac: nobody }, because: 'bad-sender' },
  {
    name: 'an address that is not ours',
    message: { targetIp: '192.0.2.99' as Ipv4 },
    because: 'not-announced',
  },
  {
    name: 'an address we stand by for',
    message: { targetIp: '192.0.2.11' as Ipv4 },
    because: 'another-node-leads',
  },
  {
    name: 'an address not yet probed',
    message: { targetIp: '192.0.2.12' as Ipv4 },
    because: 'still-probing',
  },
  {
    name: 'an address that another interface answers for',
    message: { targetIp: '192.0.2.13' as Ipv4 },
    because: 'answered-on-another-interface',
  },
  {
    name: 'an address that the owner so far may answer for',
    message: { targetIp: '192.0.2.14' as Ipv4 },
    because: 'still-taking-over',
  },
]

t.ok(ignored.length > 0, 'there are messages to ignore')
for (const { name, message, because } of ignored) {
  t.test(`${name} is ignored: ${because}`, async (t) => {
    t.same(respondToArp({ ...request, ...message } as ArpMessage, link), { is: 'ignored', because })
  })
}

t.test('a probe for an address that is being taken over is answered: both owners may deny it', async (t) => {
  const probe = { ...request, senderIp: '0.0.0.0' as Ipv4, targetIp: '192.0.2.14' as Ipv4 }
  t.match(respondToArp(probe, link), { is: 'reply', message: { senderMac: ours } })
})
