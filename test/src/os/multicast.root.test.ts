import t, { type Test } from 'tap'
import { createLab, type Namespace } from '../../support/netns.js'
import { indexOf, startOsAgent } from '../../support/os-agent.js'
import { requires } from '../../support/requires.js'
import { Hopeless, waitFor } from '../../support/wait.js'

const needed = ['root', 'ip', 'nsenter', 'sysctl', 'tcpdump'] as const

async function setUp(t: Test) {
  const lab = await createLab(t)
  const [node, other] = [await lab.namespace('node'), await lab.namespace('other')]
  const lay = () =>
    lab.cable(
      { in: node, name: 'eth0', addresses: ['192.168.1.5/24'] },
      { in: other, name: 'eth0', addresses: ['192.168.1.7/24'] },
    )
  await lay()
  return { node, other, lay, agent: startOsAgent(node) }
}

/** What iproute2 shows that the kernel is a member of. */
async function groupsOf(node: Namespace): Promise<ReadonlySet<string>> {
  const [link] = JSON.parse(await node.run(['ip', '-json', 'maddress', 'show', 'dev', 'eth0']))
  const groups: readonly { readonly family: string; readonly address?: string }[] = link.maddr
  return new Set(groups.flatMap(({ address }) => address ?? []))
}

/** What tcpdump says of IGMP and ICMPv6, from the moment that this resolves. */
async function listen(namespace: Namespace): Promise<() => string> {
  const argv = ['tcpdump', '--interface', 'eth0', '--immediate-mode', '-Z', 'root', '-l', '-n', '-v']
  const tcpdump = namespace.start([...argv, 'igmp or icmp6 or ip6 proto 0'])
  await waitFor('tcpdump to listen', () => {
    if (!tcpdump.alive()) throw new Hopeless(tcpdump.output())
    return tcpdump.output().includes('listening on')
  })
  return tcpdump.stdout
}

const groups = ['ff02::1:ff00:f0', '224.0.0.18'] as const

t.test(
  'a group that is joined is reported on the wire, by MLD and by IGMP, and once more when left',
  async (t) => {
    if (!requires(t, ...needed)) return
    const { node, other, agent } = await setUp(t)
    const index = await indexOf(node, 'eth0')
    const said = await listen(other)
    for (const group of groups) {
      t.equal(await agent.ask({ do: 'join', index, group }), undefined)
      t.ok((await groupsOf(node)).has(group))
    }
    // RFC 3810 §5.2.12, RFC 3376 §4.2.12: from now on everything sent to it is wanted.
    await waitFor('MLD', () => /multicast listener report v2, .*ff02::1:ff00:f0 to_ex/.test(said()))
    await waitFor('IGMP', () => /igmp v3 report, .*224\.0\.0\.18 to_ex/.test(said()))
    for (const group of groups) {
      await agent.ask({ do: 'leave', index, group })
      t.notOk((await groupsOf(node)).has(group))
    }
    await waitFor('MLD', () => /multicast listener report v2, .*ff02::1:ff00:f0 to_in/.test(said()))
    await waitFor('IGMP', () => /igmp v3 report, .*224\.0\.0\.18 to_in/.test(said()))
  },
)

t.test('joined twice, left once: left; left again: nothing', async (t) => {
  if (!requires(t, ...needed)) return
  const { node, agent } = await setUp(t)
  const index = await indexOf(node, 'eth0')
  for (const group of groups) {
    t.equal(await agent.ask({ do: 'join', index, group }), undefined)
    t.equal(await agent.ask({ do: 'join', index, group }), undefined)
    await agent.ask({ do: 'leave', index, group })
    await agent.ask({ do: 'leave', index, group })
    t.notOk((await groupsOf(node)).has(group))
  }
})

t.test(
  'an interface that goes down and up keeps its groups; one that is made again joins anew',
  async (t) => {
    if (!requires(t, ...needed)) return
    const { node, other, lay, agent } = await setUp(t)
    const before = await indexOf(node, 'eth0')
    for (const group of groups) await agent.ask({ do: 'join', index: before, group })
    await node.run(['ip', 'link', 'set', 'eth0', 'down'])
    const said = await listen(other)
    await node.run(['ip', 'link', 'set', 'eth0', 'up'])
    await waitFor('the groups', async () => {
      const joined = await groupsOf(node)
      return groups.every((group) => joined.has(group))
    })
    await waitFor('MLD', () => said().includes('ff02::1:ff00:f0 to_ex'))
    await waitFor('IGMP', () => said().includes('224.0.0.18 to_ex'))

    await node.run(['ip', 'link', 'del', 'eth0'])
    await agent.ask({ do: 'forget', index: before })
    t.match(await agent.ask({ do: 'join', index: before, group: groups[0] }), /no such device/i)
    t.match(await agent.ask({ do: 'join', index: before, group: groups[1] }), /no such device/i)
    await lay()
    const index = await indexOf(node, 'eth0')
    for (const group of groups) {
      t.equal(await agent.ask({ do: 'join', index, group }), undefined)
      t.ok((await groupsOf(node)).has(group))
    }
    await agent.ask({ do: 'forget', index })
    for (const group of groups) t.notOk((await groupsOf(node)).has(group))
  },
)

t.test('more groups than one socket holds', async (t) => {
  if (!requires(t, ...needed)) return
  const { node, agent } = await setUp(t)
  const index = await indexOf(node, 'eth0')
  const ipv6 = Array.from({ length: 600 }, (_, i) => `ff02::1:ff00:${(i + 1).toString(16)}`)
  // igmp_max_memberships is 20.
  const ipv4 = Array.from({ length: 60 }, (_, i) => `239.0.0.${i + 1}`)
  // Where each namespace has its own, Linux 6.8 and later: a hundred to a socket.
  await node.attempt(['sysctl', '-qw', 'net.core.optmem_max=8192'])
  for (const group of [...ipv6, ...ipv4]) {
    t.equal(await agent.ask({ do: 'join', index, group }), undefined, group)
  }
  const joined = await groupsOf(node)
  t.same(
    [...ipv6, ...ipv4].filter((group) => !joined.has(group)),
    [],
  )
  for (const group of [...ipv6, ...ipv4]) await agent.ask({ do: 'leave', index, group })
  const left = await groupsOf(node)
  t.same(
    [...ipv6, ...ipv4].filter((group) => left.has(group)),
    [],
  )
})
