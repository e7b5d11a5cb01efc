import t, { type Test } from 'tap'
import type { PacketKind } from '../../../src/os/packet-filters.js'
import { frames } from '../../support/frames.js'
import { createLab, type Lab, type Namespace } from '../../support/netns.js'
import { indexOf, type OsAgent, startOsAgent } from '../../support/os-agent.js'
import { requires } from '../../support/requires.js'
import { waitFor } from '../../support/wait.js'

const kinds = Object.keys(frames) as PacketKind[]
const powerless = ['setpriv', '--bounding-set=-all', '--inh-caps=-all', '--']

/** Two nodes on a cable that the kernel itself has nothing to say on: no addresses, no IPv6. */
async function cable(t: Test) {
  const lab = await createLab(t)
  const [node, other] = [await lab.namespace('node'), await lab.namespace('other')]
  for (const each of [node, other]) {
    await each.run([
      'sysctl',
      '-qw',
      'net.ipv6.conf.all.disable_ipv6=1',
      'net.ipv6.conf.default.disable_ipv6=1',
    ])
  }
  await lay(lab, node, other)
  return { lab, node, other, agent: startOsAgent(node), otherAgent: startOsAgent(other) }
}

async function lay(lab: Lab, node: Namespace, other: Namespace) {
  await lab.cable({ in: node, name: 'eth0', addresses: [] }, { in: other, name: 'eth0', addresses: [] })
  await waitFor('a carrier', async () =>
    (await node.run(['ip', 'link', 'show', 'dev', 'eth0'])).includes('LOWER_UP'),
  )
}

async function open(agent: OsAgent, namespace: Namespace, kind: PacketKind): Promise<number> {
  const socket = await agent.ask({ do: 'open-packets', kind, index: await indexOf(namespace, 'eth0') })
  if (typeof socket === 'string') throw new Error(socket)
  return socket
}

const digits = (frame: string) => frame.replace(/\/\/.*$/gm, '').replace(/\s+/g, '')

/** Takes frames in until there are as many; more are given when there are more. */
async function hear(agent: OsAgent, socket: number, count: number): Promise<readonly string[]> {
  const heard: string[] = []
  await waitFor(`${count} frames`, async () => {
    heard.push(...(await agent.ask({ do: 'receive', socket, milliseconds: 200 })))
    return heard.length >= count
  })
  return heard
}

interface Sender {
  readonly agent: OsAgent
  readonly socket: number
}

/** Each way by itself: Linux drops what is sent on an interface that is up until it has seen its carrier. */
async function comesThrough(from: Sender, to: Sender): Promise<void> {
  await waitFor('a frame to come through', async () => {
    await from.agent.ask({ do: 'send', socket: from.socket, frame: frames.arp })
    const heard = await to.agent.ask({ do: 'receive', socket: to.socket, milliseconds: 100 })
    return heard.includes(digits(frames.arp))
  })
}

t.test('every kind hears its own frames, whole, from the other side alone', async (t) => {
  if (!requires(t, 'root', 'ip', 'nsenter')) return
  const { node, other, agent, otherAgent } = await cable(t)
  const here = new Map<PacketKind, number>()
  for (const kind of kinds) here.set(kind, await open(agent, node, kind))
  const there = await open(otherAgent, other, 'arp')
  // Once all have come a second time, no other can have come in between.
  for (const kind of [...kinds, ...kinds]) {
    // Any socket sends any frame.
    t.equal(await otherAgent.ask({ do: 'send', socket: there, frame: frames[kind] }), undefined)
  }
  for (const [kind, socket] of here) {
    t.same(await hear(agent, socket, 2), [digits(frames[kind]), digits(frames[kind])], kind)
  }

  const first = here.get('arp') ?? -1
  t.equal(await agent.ask({ do: 'send', socket: first, frame: frames.arp }), undefined)
  t.same(await hear(otherAgent, there, 1), [digits(frames.arp)])
  const second = await open(agent, node, 'arp')
  await agent.ask({ do: 'send', socket: first, frame: frames.arp })
  await hear(otherAgent, there, 1)
  for (const socket of [first, second]) {
    t.same(await agent.ask({ do: 'receive', socket }), [], 'what this host sends is not heard here')
  }
})

t.test('a frame that cannot be sent says why', async (t) => {
  if (!requires(t, 'root', 'ip', 'nsenter')) return
  const { node, agent } = await cable(t)
  const socket = await open(agent, node, 'arp')
  const long = `${frames.arp} ${'00'.repeat(2000)}`
  t.equal(await agent.ask({ do: 'send', socket, frame: long }), 'Message too long')
  t.equal(await agent.ask({ do: 'send', socket, frame: 'ffff' }), 'Invalid argument')
  t.match(await agent.ask({ do: 'open-packets', kind: 'arp', index: 4711 }), /the interface is gone/)
})

t.test('an interface that goes down and up: the same socket hears and sends again', async (t) => {
  if (!requires(t, 'root', 'ip', 'nsenter')) return
  const { node, other, agent, otherAgent } = await cable(t)
  const socket = await open(agent, node, 'arp')
  const there = await open(otherAgent, other, 'arp')
  for (const end of [node, other]) {
    await end.run(['ip', 'link', 'set', 'eth0', 'down'])
    t.same(await agent.ask({ do: 'receive', socket, milliseconds: 10 }), [])
    const because = await agent.ask({ do: 'send', socket, frame: frames.arp })
    if (end === node) t.equal(because, 'Network is down')
    await end.run(['ip', 'link', 'set', 'eth0', 'up'])
    await otherAgent.ask({ do: 'receive', socket: there })
    await comesThrough({ agent: otherAgent, socket: there }, { agent, socket })
    t.equal(await agent.ask({ do: 'send', socket, frame: frames.arp }), undefined)
    await comesThrough({ agent, socket }, { agent: otherAgent, socket: there })
  }
})

t.test('opened while the interface is down, it hears as soon as that is up', async (t) => {
  if (!requires(t, 'root', 'ip', 'nsenter')) return
  const { node, other, agent, otherAgent } = await cable(t)
  await node.run(['ip', 'link', 'set', 'eth0', 'down'])
  const socket = await open(agent, node, 'arp')
  const there = await open(otherAgent, other, 'arp')
  await node.run(['ip', 'link', 'set', 'eth0', 'up'])
  await comesThrough({ agent: otherAgent, socket: there }, { agent, socket })
})

t.test('an interface that is deleted and made again: the old socket is dead, a new one works', async (t) => {
  if (!requires(t, 'root', 'ip', 'nsenter')) return
  const { lab, node, other, agent, otherAgent } = await cable(t)
  const old = await open(agent, node, 'arp')
  await node.run(['ip', 'link', 'del', 'eth0'])
  t.same(await agent.ask({ do: 'receive', socket: old, milliseconds: 10 }), [])
  t.match(await agent.ask({ do: 'send', socket: old, frame: frames.arp }), /./)
  await lay(lab, node, other)
  const socket = await open(agent, node, 'arp')
  const there = await open(otherAgent, other, 'arp')
  t.equal(await otherAgent.ask({ do: 'send', socket: there, frame: frames.arp }), undefined)
  t.same(await hear(agent, socket, 1), [digits(frames.arp)])
  t.same(await agent.ask({ do: 'receive', socket: old }), [])
})

t.test('promiscuous for as long as it is wanted, and the socket open', async (t) => {
  if (!requires(t, 'root', 'ip', 'nsenter')) return
  const { node, agent } = await cable(t)
  const promiscuity = async () => {
    const [link] = JSON.parse(await node.run(['ip', '-json', '-details', 'link', 'show', 'dev', 'eth0']))
    return link.promiscuity
  }
  const socket = await open(agent, node, 'arp')
  t.equal(await promiscuity(), 0)
  await agent.ask({ do: 'promiscuous', socket, on: true })
  t.equal(await promiscuity(), 1)
  await agent.ask({ do: 'promiscuous', socket, on: false })
  t.equal(await promiscuity(), 0)
  await agent.ask({ do: 'promiscuous', socket, on: true })
  await agent.ask({ do: 'close', socket })
  t.equal(await promiscuity(), 0)
})

t.test('frames that nobody reads are counted once, and those before them are kept', async (t) => {
  if (!requires(t, 'root', 'ip', 'nsenter')) return
  const { node, other, agent, otherAgent } = await cable(t)
  const socket = await open(agent, node, 'arp')
  const there = await open(otherAgent, other, 'arp')
  t.equal(await agent.ask({ do: 'dropped', socket }), 0)
  const times = 40_000
  await otherAgent.ask({ do: 'send', socket: there, frame: frames.arp, times })
  const dropped = await waitFor('drops', () => agent.ask({ do: 'dropped', socket }))
  const kept = (await agent.ask({ do: 'receive', socket })).length
  t.ok(kept >= 4_000, `${kept} frames fit in`)
  const more = await agent.ask({ do: 'dropped', socket })
  t.equal(kept + dropped + more, times)
  t.equal(await agent.ask({ do: 'dropped', socket }), 0)
})

t.test('whether this process may have packet sockets, and the remedy', async (t) => {
  if (!requires(t, 'root', 'ip', 'nsenter', 'setpriv')) return
  const lab = await createLab(t)
  const node = await lab.namespace('node')
  t.equal(await startOsAgent(node).ask({ do: 'refusal' }), undefined)
  const agent = startOsAgent(node, powerless)
  const words = /^cannot answer ARP and NDP: needs CAP_NET_RAW; grant it with: setcap .*cap_net_raw/
  t.match(await agent.ask({ do: 'refusal' }), words)
  t.match(await agent.ask({ do: 'open-packets', kind: 'arp', index: 1 }), words)
})
