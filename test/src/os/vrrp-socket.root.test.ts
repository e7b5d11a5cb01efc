import t from 'tap'
import { octetsOf } from '../../../net/ip.js'
import { ip } from '../../support/address.js'
import { createLab, type Namespace } from '../../support/netns.js'
import { indexOf, type OsAgent, startOsAgent } from '../../support/os-agent.js'
import { requires } from '../../support/requires.js'
import { waitFor } from '../../support/wait.js'

const hexOf = (octets: Uint8Array) => Buffer.from(octets).toString('hex')
const payload = '310164010064 8a27 c0a801f0'.replaceAll(' ', '')

interface Row {
  readonly name: string
  readonly version: 4 | 6
  readonly from: string
  readonly to: string
}

const rows: readonly Row[] = [
  { name: 'IPv4', version: 4, from: '192.168.1.5', to: '192.168.1.7' },
  { name: 'IPv4 from a second address', version: 4, from: '192.168.1.6', to: '192.168.1.7' },
  { name: 'IPv6', version: 6, from: '2001:db8::5', to: '2001:db8::7' },
  {
    name: 'IPv6 from a link-local address, which VRRP prefers',
    version: 6,
    from: 'fe80::5',
    to: '2001:db8::7',
  },
  { name: 'IPv6 between link-local addresses', version: 6, from: 'fe80::5', to: 'fe80::7' },
  { name: 'IPv6 from a global address again', version: 6, from: '2001:db8::5', to: '2001:db8::7' },
]

/** Destinations that this node has called unreachable, and headers that it did not know. */
async function refusals(node: Namespace): Promise<number> {
  const [names = [], values = []] = (await node.run(['cat', '/proc/self/net/snmp']))
    .split('\n')
    .filter((line) => line.startsWith('Icmp:'))
    .map((line) => line.split(' '))
  const icmp6 = /^Icmp6OutParmProblems\s+(\d+)$/m.exec(await node.run(['cat', '/proc/self/net/snmp6']))
  return Number(values[names.indexOf('OutDestUnreachs')]) + Number(icmp6?.[1])
}

t.test('advertisements for one node, on the wire', async (t) => {
  if (!requires(t, 'root', 'ip', 'nsenter')) return
  const lab = await createLab(t)
  const [node, other, third] = [
    await lab.namespace('node'),
    await lab.namespace('other'),
    await lab.namespace('third'),
  ]
  // Another interface first, with link-local addresses too: they say nothing of which one is meant.
  await lab.cable(
    { in: node, name: 'eth1', addresses: ['fe80::5/64'] },
    { in: third, name: 'eth0', addresses: ['fe80::7/64'] },
  )
  await lab.cable(
    {
      in: node,
      name: 'eth0',
      addresses: ['192.168.1.5/24', '192.168.1.6/24', '2001:db8::5/64', 'fe80::5/64'],
    },
    { in: other, name: 'eth0', addresses: ['192.168.1.7/24', '2001:db8::7/64', 'fe80::7/64'] },
  )
  const [agent, peer] = [startOsAgent(node), startOsAgent(other)]
  const index = { node: await indexOf(node, 'eth0'), other: await indexOf(other, 'eth0') }
  const heard = new Map<4 | 6, number>()
  for (const version of [4, 6] as const) {
    t.equal(await agent.ask({ do: 'open-vrrp', version, index: index.node }), undefined)
    heard.set(version, await open(peer, version, index.other))
  }

  t.ok(rows.length > 0)
  for (const { name, version, from, to } of rows) {
    t.test(name, async (t) => {
      t.equal(await agent.ask({ do: 'advertise', version, to, from, payload }), undefined)
      const socket = heard.get(version) ?? -1
      const frame = await waitFor('it', async () => {
        const [frame] = await peer.ask({ do: 'receive', socket, milliseconds: 200 })
        return frame
      })
      const packet = Buffer.from(frame, 'hex').subarray(14)
      const [trafficClass, hops, ends, header] =
        version === 4
          ? [packet.readUInt8(1), packet.readUInt8(8), packet.subarray(12, 20), 20]
          : [(packet.readUInt16BE(0) >> 4) & 0xff, packet.readUInt8(7), packet.subarray(8, 40), 40]
      t.equal(trafficClass, 0xc0)
      t.equal(hops, 255)
      t.equal(hexOf(ends), hexOf(octetsOf(ip(from))) + hexOf(octetsOf(ip(to))))
      t.equal(hexOf(packet.subarray(header)), payload, 'as it was given: its checksum is not ours to write')
    })
  }

  t.test('who has no such socket refuses them; who has one does not', async (t) => {
    const before = await refusals(other)
    t.ok(before >= 2, `${before} so far`)
    await peer.ask({ do: 'open-vrrp', version: 4, index: index.other })
    await peer.ask({ do: 'open-vrrp', version: 6, index: index.other })
    for (const { version, from, to } of rows) {
      t.equal(await agent.ask({ do: 'advertise', version, to, from, payload }), undefined)
      const socket = heard.get(version) ?? -1
      await waitFor(
        'it',
        async () => (await peer.ask({ do: 'receive', socket, milliseconds: 200 })).length > 0,
      )
    }
    t.equal(await refusals(other), before)
  })

  t.test('an IPv6 address that is still tentative is a source too', async (t) => {
    await node.run(['sysctl', '-qw', 'net.ipv6.conf.all.accept_dad=1', 'net.ipv6.conf.eth0.accept_dad=1'])
    // Long enough to be tentative still.
    await node.run(['sysctl', '-qw', 'net.ipv6.conf.eth0.dad_transmits=250'])
    await node.run(['ip', 'address', 'add', 'fe80::9/64', 'dev', 'eth0'])
    const [from, to] = ['fe80::9', 'fe80::7']
    t.equal(await agent.ask({ do: 'advertise', version: 6, to, from, payload }), undefined)
    const socket = heard.get(6) ?? -1
    await waitFor('it', async () => (await peer.ask({ do: 'receive', socket, milliseconds: 200 })).length > 0)
    t.match(await node.run(['ip', 'address', 'show', 'dev', 'eth0']), /fe80::9.* tentative/)
  })

  t.test('why one could not be sent', async (t) => {
    const away = { version: 4, from: '192.168.1.5', to: '10.9.9.9', payload } as const
    t.equal(await agent.ask({ do: 'advertise', ...away }), 'Network is unreachable')
    const foreign = { version: 4, from: '192.168.1.9', to: '192.168.1.7', payload } as const
    t.equal(await agent.ask({ do: 'advertise', ...foreign }), 'Cannot assign requested address')
    await node.run(['ip', 'link', 'set', 'eth0', 'down'])
    t.equal(await agent.ask({ do: 'advertise', ...away, to: '192.168.1.7' }), 'Network is unreachable')
  })
})

async function open(agent: OsAgent, version: 4 | 6, index: number): Promise<number> {
  const socket = await agent.ask({ do: 'open-packets', kind: `vrrp-ipv${version}`, index })
  if (typeof socket === 'string') throw new Error(socket)
  return socket
}
