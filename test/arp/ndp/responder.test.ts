import t from 'tap'
import type { Link, Role } from '../../../arp/link.js'
import type { NdpMessage, NeighborSolicitation } from '../../../arp/ndp/message.js'
import { respondToNdp } from '../../../arp/ndp/responder.js'
import type { Ip, Ipv6 } from '../../../net/ip.js'
import type { Mac } from '../../../net/mac.js'

const ours = '02:00:00:00:00:01' as Mac
const client = '02:00:00:00:00:0a' as Mac
const group = '33:33:ff:00:00:10' as Mac
const owned = '2001:db8::10' as Ipv6

const link: Link = {
  mac: ours,
  router: false,
  roles: new Map<Ip, Role>([
    [owned, 'owner'],
    ['2001:db8::11' as Ip, 'backup'],
    ['2001:db8::12' as Ip, 'probing'],
    ['2001:db8::13' as Ip, 'answered-elsewhere'],
    ['2001:db8::14' as Ip, 'taking-over'],
  ]),
}

const solicitation: NeighborSolicitation = {
  kind: 'neighbor-solicitation',
  ethernet: { destination: group, source: client },
  source: '2001:db8::1' as Ipv6,
  destination: 'ff02::1:ff00:10' as Ipv6,
  target: owned,
  options: [{ kind: 'source-link-layer-address', mac: client }],
}

const answer: NdpMessage = {
  kind: 'neighbor-advertisement',
  ethernet: { destination: client, source: ours },
  source: owned,
  destination: '2001:db8::1' as Ipv6,
  target: owned,
  router: false,
  solicited: true,
  override: true,
  options: [{ kind: 'target-link-layer-address', mac: ours }],
}

t.test('a multicast solicitation is answered to its sender with S, O and our address', async (t) => {
  t.same(respondToNdp(solicitation, link), { is: 'reply', message: answer })
})

t.test(
  'a unicast solicitation without an option is answered to the station that sent the frame',
  async (t) => {
    const nud: NeighborSolicitation = {
      ...solicitation,
      ethernet: { destination: ours, source: client },
      destination: owned,
      options: [],
    }
    t.same(respondToNdp(nud, link), { is: 'reply', message: answer })
  },
)

t.test("another's duplicate address detection is answered to all nodes, unsolicited", async (t) => {
  const dad: NeighborSolicitation = { ...solicitation, source: '::' as Ipv6, options: [] }
  t.same(respondToNdp(dad, link), {
    is: 'reply',
    message: {
      ...answer,
      ethernet: { destination: '33:33:00:00:00:01', source: ours },
      destination: 'ff02::1',
      solicited: false,
    },
  })
})

t.test('the router flag says what the kernel does', async (t) => {
  t.match(respondToNdp(solicitation, { ...link, router: true }), { message: { router: true } })
})

const ignored: { name: string; message: Partial<NeighborSolicitation>; because: string }[] = [
  {
    name: 'our own',
    message: { ethernet: { destination: group, source: ours }, options: [] },
    because: 'own-frame',
  },
  {
    name: 'one for another station, seen in promiscuous mode',
    message: { ethernet: { destination: '02:00:00:00:00:0b' as Mac, source: client } },
    because: 'not-for-us',
  },
  { name: 'one sent from our address', message: { source: owned }, because: 'gratuitous' },
  {
    name: 'one that wants its answer sent to a group',
    message: { options: [{ kind: 'source-link-layer-address', mac: group }] },
    because: 'bad-sender',
  },
  {
    name: 'one for an unknown address',
    message: { target: '2001:db8::99' as Ipv6 },
    because: 'not-announced',
  },
  { name: 'one we stand by for', message: { target: '2001:db8::11' as Ipv6 }, because: 'another-node-leads' },
  { name: 'one not yet probed', message: { target: '2001:db8::12' as Ipv6 }, because: 'still-probing' },
  {
    name: 'one that another interface answers for',
    message: { target: '2001:db8::13' as Ipv6 },
    because: 'answered-on-another-interface',
  },
  {
    name: 'one that the owner so far may answer for',
    message: { target: '2001:db8::14' as Ipv6 },
    because: 'still-taking-over',
  },
]

t.ok(ignored.length > 0, 'there are messages to ignore')
for (const { name, message, because } of ignored) {
  t.test(`a solicitation, ${name}, is ignored: ${because}`, async (t) => {
    t.same(respondToNdp({ ...solicitation, ...message }, link), { is: 'ignored', because })
  })
}

t.test('an advertisement is ignored: not-a-solicitation', async (t) => {
  t.same(respondToNdp(answer, link), { is: 'ignored', because: 'not-a-solicitation' })
})

t.test('duplicate address detection is answered while the address is being taken over', async (t) => {
  const target = '2001:db8::14' as Ipv6
  const probe: NeighborSolicitation = { ...solicitation, source: '::' as Ipv6, target, options: [] }
  t.match(respondToNdp(probe, link), { is: 'reply', message: { target, solicited: false } })
})
