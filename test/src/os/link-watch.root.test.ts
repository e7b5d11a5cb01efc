import t, { type Test } from 'tap'
import type { KernelLink, LinkAddress } from '../../../src/os/link-table.js'
import { createLab, type Namespace } from '../../support/netns.js'
import { indexOf, type OsAgent, startOsAgent } from '../../support/os-agent.js'
import { requires } from '../../support/requires.js'
import { waitFor } from '../../support/wait.js'

interface Watched {
  readonly node: Namespace
  readonly other: Namespace
  readonly agent: OsAgent
  readonly ip: (...argv: readonly string[]) => Promise<string>
  /** Reads until the links are so; the indexes that changed meanwhile. */
  readonly until: (what: string, so: (links: Links) => boolean) => Promise<ReadonlySet<number>>
  readonly links: () => Promise<Links>
}

type Links = ReadonlyMap<string, KernelLink>

/** Two nodes on a cable, the interfaces of one of them watched. */
async function watched(t: Test, receiveBuffer?: number): Promise<Watched> {
  const lab = await createLab(t)
  const [node, other] = [await lab.namespace('node'), await lab.namespace('other')]
  // No link-local addresses: they come at times of their own.
  for (const each of [node, other]) await each.run(['sysctl', '-qw', 'net.ipv6.conf.default.addr_gen_mode=1'])
  await lab.cable(
    { in: node, name: 'eth0', addresses: ['192.168.1.5/24', '2001:db8::5/64'] },
    { in: other, name: 'eth0', addresses: ['192.168.1.7/24'] },
  )
  const agent = startOsAgent(node)
  await agent.ask({ do: 'watch', ...(receiveBuffer !== undefined && { receiveBuffer }) })
  const changed = new Set<number>()
  const links = async () => {
    const answer = await agent.ask({ do: 'links' })
    for (const index of answer.changed ?? []) changed.add(index)
    return new Map(answer.links.map((link) => [link.name, link]))
  }
  const until: Watched['until'] = async (what, so) => {
    changed.clear()
    await waitFor(what, async () => so(await links()), { everyMilliseconds: 20 })
    return new Set(changed)
  }
  return { node, other, agent, ip: (...argv) => node.run(['ip', ...argv]), until, links }
}

/** What iproute2 shows, in our words; without what it does not show. */
async function asShown(node: Namespace): Promise<readonly Shown[]> {
  const shown: readonly IpAddressShow[] = JSON.parse(await node.run(['ip', '-json', 'address', 'show']))
  const forwarding = async (name: string) =>
    (await node.run(['sysctl', '-n', `net.ipv6.conf.${name}.forwarding`])).trim() === '1'
  const numbers = new Map(shown.map(({ ifname, ifindex }) => [ifname, ifindex]))
  return Promise.all(
    shown.map(
      async ({ ifindex, ifname, flags, link_type, address, master, addr_info }): Promise<Shown> => ({
        ...{ index: ifindex, name: ifname, ethernet: link_type === 'ether' },
        ...(link_type === 'ether' && { mac: address }),
        ...{ loopback: flags.includes('LOOPBACK'), noArp: flags.includes('NOARP') },
        ...{ up: flags.includes('UP'), running: flags.includes('LOWER_UP') },
        ...(master !== undefined && { master: numbers.get(master) ?? -1 }),
        ...{ wireless: false, router: await forwarding(ifname) },
        addresses: addr_info
          .map(({ family, local, prefixlen, secondary, tentative, dadfailed, temporary, deprecated }) => ({
            ...{ ip: local, length: prefixlen, tentative: tentative === true || dadfailed === true },
            secondary: family === 'inet' && secondary === true,
            temporary: family === 'inet6' && temporary === true,
            deprecated: family === 'inet6' && deprecated === true,
          }))
          .toSorted(byIp),
      }),
    ),
  )
}

type Shown = Omit<KernelLink, 'mac' | 'addresses'> & {
  readonly mac?: string
  readonly addresses: readonly ({ readonly ip: string } & Pick<LinkAddress, 'secondary' | 'deprecated'>)[]
}

interface IpAddressShow {
  readonly ifindex: number
  readonly ifname: string
  readonly flags: readonly string[]
  readonly link_type: string
  readonly address: string
  readonly master?: string
  readonly addr_info: readonly {
    readonly family: string
    readonly local: string
    readonly prefixlen: number
    readonly secondary?: boolean
    readonly tentative?: boolean
    readonly dadfailed?: boolean
    readonly temporary?: boolean
    readonly deprecated?: boolean
  }[]
}

const byIp = (a: { readonly ip: string }, b: { readonly ip: string }) => (a.ip < b.ip ? -1 : 1)
const inOrder = (links: Links): readonly Shown[] =>
  [...links.values()]
    .map((link) => ({ ...link, addresses: link.addresses.toSorted(byIp) }))
    .toSorted((a, b) => a.index - b.index)

t.test('interfaces and addresses as iproute2 shows them, from the start', async (t) => {
  if (!requires(t, 'root', 'ip', 'nsenter', 'sysctl')) return
  const { node, links, ip } = await watched(t)
  await ip('address', 'add', '2001:db8::d/64', 'dev', 'eth0', 'preferred_lft', '0', 'nodad')
  await ip('address', 'add', '192.168.1.6/24', 'dev', 'eth0')
  const shown = await asShown(node)
  t.ok(shown.length >= 2)
  const addresses = shown.flatMap((link) => link.addresses)
  t.ok(addresses.some(({ deprecated }) => deprecated) && addresses.some(({ secondary }) => secondary))
  t.same(inOrder(await links()), shown)
})

t.test('every change is seen, and nothing else', async (t) => {
  if (!requires(t, 'root', 'ip', 'nsenter', 'sysctl')) return
  const { node, other, agent, ip, until, links } = await watched(t)
  const index = await indexOf(node, 'eth0')
  const only = new Set([index])
  const eth0 = (links: Links) => links.get('eth0')
  const has = (links: Links, ip: string) => eth0(links)?.addresses.some((each) => each.ip === ip) === true
  await links()

  await ip('address', 'add', '192.168.1.6/24', 'dev', 'eth0')
  t.same(await until('an address', (links) => has(links, '192.168.1.6')), only)
  t.equal(eth0(await links())?.addresses.find(({ ip }) => ip === '192.168.1.6')?.secondary, true)
  await ip('address', 'del', '192.168.1.5/24', 'dev', 'eth0')
  t.same(await until('an address to go', (links) => !has(links, '192.168.1.5')), only)
  await ip('address', 'add', '2001:db8::6/64', 'dev', 'eth0')
  t.same(await until('an IPv6 address', (links) => has(links, '2001:db8::6')), only)
  await ip('address', 'del', '2001:db8::6/64', 'dev', 'eth0')
  t.same(await until('an IPv6 address to go', (links) => !has(links, '2001:db8::6')), only)

  await ip('link', 'set', 'eth0', 'address', '02:00:00:00:00:0b')
  t.same(await until('a MAC address', (links) => eth0(links)?.mac === '02:00:00:00:00:0b'), only)

  await other.run(['ip', 'link', 'set', 'eth0', 'down'])
  t.same(await until('the carrier to go', (links) => eth0(links)?.running === false), only)
  t.equal(eth0(await links())?.up, true)
  await other.run(['ip', 'link', 'set', 'eth0', 'up'])
  t.same(await until('the carrier', (links) => eth0(links)?.running === true), only)

  await ip('link', 'set', 'eth0', 'down')
  t.same(await until('down', (links) => eth0(links)?.up === false), only)
  await ip('link', 'set', 'eth0', 'up')
  t.same(await until('up', (links) => eth0(links)?.up === true && eth0(links)?.running === true), only)

  await ip('link', 'set', 'eth0', 'arp', 'off')
  t.same(await until('no ARP', (links) => eth0(links)?.noArp === true), only)
  await ip('link', 'set', 'eth0', 'arp', 'on')
  await until('ARP', (links) => eth0(links)?.noArp === false)

  await node.run(['sysctl', '-qw', 'net.ipv6.conf.eth0.forwarding=1'])
  t.same(await until('a router', (links) => eth0(links)?.router === true), only)
  await node.run(['sysctl', '-qw', 'net.ipv6.conf.all.forwarding=1', 'net.ipv6.conf.all.forwarding=0'])
  await until('a host', (links) => eth0(links)?.router === false)

  await ip('link', 'add', 'br0', 'type', 'bridge')
  await ip('link', 'set', 'eth0', 'master', 'br0')
  const bridge = await indexOf(node, 'br0')
  await until('a member of a bridge', (links) => eth0(links)?.master === bridge)
  await ip('link', 'set', 'eth0', 'nomaster')
  await until('a member no more', (links) => links.has('eth0') && eth0(links)?.master === undefined)
  await ip('link', 'del', 'br0')
  await until('the bridge to go', (links) => !links.has('br0') && links.has('eth0'))

  await waitFor('rest', async () => (await agent.ask({ do: 'links' })).changed === undefined)
  await ip('link', 'set', 'eth0', 'txqueuelen', '500')
  await ip('link', 'set', 'eth0', 'alias', 'uplink')
  t.equal((await agent.ask({ do: 'links' })).changed, undefined, 'what nobody asks for is no change')
  t.same(inOrder(await links()), await asShown(node))
})

t.test('an interface that is deleted and made again is another, of the same name', async (t) => {
  if (!requires(t, 'root', 'ip', 'nsenter', 'sysctl')) return
  const { node, other, ip, until, links } = await watched(t)
  const before = await indexOf(node, 'eth0')
  await ip('link', 'del', 'eth0')
  t.same(await until('it to go', (links) => !links.has('eth0')), new Set([before]))
  await node.lab.cable(
    { in: node, name: 'eth0', addresses: ['192.168.1.5/24'] },
    { in: other, name: 'eth0', addresses: [] },
  )
  const after = await indexOf(node, 'eth0')
  t.not(after, before)
  const changed = await until('it to come', (links) => links.get('eth0')?.running === true)
  t.same(changed, new Set([after]))
  await ip('link', 'set', 'eth0', 'down')
  await ip('link', 'set', 'eth0', 'name', 'lan0')
  t.same(await until('another name', (links) => links.has('lan0') && !links.has('eth0')), new Set([after]))
  await ip('link', 'set', 'lan0', 'netns', other.name, 'name', 'lan1')
  await until('it to move away', (links) => !links.has('lan0'))
  t.same(inOrder(await links()), await asShown(node))
})

t.test(
  'an IPv6 address is tentative until its uniqueness is known, and for ever where it is not',
  async (t) => {
    if (!requires(t, 'root', 'ip', 'nsenter', 'sysctl')) return
    const { node, other, ip, until, links } = await watched(t)
    await node.run(['sysctl', '-qw', 'net.ipv6.conf.all.accept_dad=1', 'net.ipv6.conf.eth0.accept_dad=1'])
    await other.run(['ip', 'address', 'add', '2001:db8::f/64', 'dev', 'eth0', 'nodad'])
    const address = (links: Links, ip: string) =>
      links.get('eth0')?.addresses.find((each) => each.ip === ip)?.tentative
    await ip('address', 'add', '2001:db8::e/64', 'dev', 'eth0')
    await until('a tentative address', (links) => address(links, '2001:db8::e') === true)
    await until('a usable one', (links) => address(links, '2001:db8::e') === false)
    await ip('address', 'add', '2001:db8::f/64', 'dev', 'eth0')
    await waitFor('its failure', async () =>
      (await ip('address', 'show', 'dev', 'eth0')).includes('dadfailed'),
    )
    t.equal(address(await links(), '2001:db8::f'), true)
  },
)

for (const receiveBuffer of [1, 32_768]) {
  t.test(
    `more changes than ${receiveBuffer} octets hold: all is listed anew, what is gone is gone`,
    async (t) => {
      if (!requires(t, 'root', 'ip', 'nsenter', 'sysctl')) return
      const { node, ip, until, links } = await watched(t, receiveBuffer)
      const index = await indexOf(node, 'eth0')
      const batch = (lines: readonly string[]) => node.run(['ip', '-batch', '-'], { stdin: lines.join('\n') })
      const count = async () => (await links()).get('eth0')?.addresses.length
      const addresses = Array.from({ length: 200 }, (_, i) => `10.0.0.${i + 1}/32`)
      for (let round = 0; round < 3; round++) {
        // The first that come are still queued when the later ones are lost, those of the end with them.
        await batch([
          ...[
            'link add ghost0 type veth peer name ghost1',
            'link add br0 type bridge',
            'link set eth0 master br0',
          ],
          ...addresses.map((address) => `address add ${address} dev eth0`),
          ...['link del ghost0', 'link set eth0 nomaster', 'link del br0'],
          `link set eth0 address 02:00:00:00:01:0${round}`,
        ])
        t.same(
          await until('all of them', (links) => links.get('eth0')?.addresses.length === 202),
          new Set([index]),
        )
        t.same(inOrder(await links()), await asShown(node))
        await batch(addresses.map((address) => `address del ${address} dev eth0`))
        await waitFor('the addresses to go', async () => (await count()) === 2)
        t.same(inOrder(await links()), await asShown(node))
      }
      // Afterwards it follows as before.
      await ip('link', 'set', 'eth0', 'down')
      t.same(await until('down', (links) => links.get('eth0')?.up === false), new Set([index]))
    },
  )
}
