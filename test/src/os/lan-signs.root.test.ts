/** The conditions that `explain` and `doctor` name, made real in a kernel: what it does, and what is said of it. */
import { fileURLToPath } from 'node:url'
import t from 'tap'
import type { Gate } from '../../../src/control/api/explain.js'
import { createLab } from '../../support/netns.js'
import { requires } from '../../support/requires.js'
import { waitFor } from '../../support/wait.js'

const agent = fileURLToPath(new URL('../../support/lan-agent-main.js', import.meta.url))
const vip = '192.168.1.240'

t.test('what the kernel shows of the LAN', async (t) => {
  if (!requires(t, 'root', 'ip', 'nsenter')) return
  const lab = await createLab(t)
  const [node, client] = [await lab.namespace('node'), await lab.namespace('client')]
  await lab.cable(
    { in: node, name: 'eth0', addresses: ['192.168.1.5/24'] },
    { in: client, name: 'eth0', addresses: ['192.168.1.7/24'] },
  )
  const ip = (...argv: readonly string[]) => node.run(['ip', ...argv])

  const gates = async (address = vip, l2 = '{}') => {
    const stdout = await node.run([process.execPath, agent, address, l2])
    return JSON.parse(stdout) as readonly Gate[]
  }
  const failing = async (address?: string, l2?: string) =>
    (await gates(address, l2)).find(({ passed }) => !passed)

  /** Whether somebody answers the client's ARP request. */
  const answered = async () => {
    await client.attempt(['ip', 'neigh', 'flush', 'to', vip])
    await client.run(['bash', '-c', `echo > /dev/udp/${vip}/9`])
    return waitFor('the end of resolution', async () => {
      const entry = await client.run(['ip', 'neigh', 'show', 'to', vip])
      return /lladdr/.test(entry)
        ? { answered: true }
        : /FAILED/.test(entry)
          ? { answered: false }
          : undefined
    })
  }

  t.test('nothing is in the way: only the engine is missing', async (t) => {
    t.match(await failing(), { gate: 'owner', text: /whether anybody has it is asked first/ })
    t.same(await answered(), { answered: false })
  })

  t.test('an address outside every subnet', async (t) => {
    t.match(await failing('192.168.7.1'), { gate: 'subnet', text: /there are 192\.168\.1\.0\/24 on eth0/ })
    t.match(await failing('192.168.7.1', '{ interfaces: [eth0] }'), { gate: 'owner' })
  })

  t.test('an interface that there is not', async (t) => {
    t.match(await failing(vip, '{ interfaces: [eth9] }'), { gate: 'interface', text: /there are .*eth0/ })
  })

  t.test('on lo with arp_ignore 0 the kernel answers, with 1 it does not', async (t) => {
    await ip('address', 'add', `${vip}/32`, 'dev', 'lo')
    t.same(await answered(), { answered: true })
    t.match(await failing(), { gate: 'arp-ignore', remedy: /sysctl -w net\.ipv4\.conf\.eth0\.arp_ignore=1/ })
    await node.run(['sysctl', '-qw', 'net.ipv4.conf.eth0.arp_ignore=1'])
    t.same(await answered(), { answered: false })
    t.match(await failing(), { gate: 'owner' })
    await node.run(['sysctl', '-qw', 'net.ipv4.conf.eth0.arp_ignore=0'])
    await ip('address', 'del', `${vip}/32`, 'dev', 'lo')
  })

  t.test('on kube-ipvs0, which is down, the kernel answers all the same', async (t) => {
    // kube-proxy makes a dummy; what counts is its name, and that it is down.
    await ip('link', 'add', 'kube-ipvs0', 'type', 'bridge')
    await ip('address', 'add', `${vip}/32`, 'dev', 'kube-ipvs0')
    t.same(await answered(), { answered: true })
    t.match(await failing(), { gate: 'arp-ignore', text: /IPVS/, remedy: /strictARP: true/ })
    await ip('link', 'del', 'kube-ipvs0')
  })

  t.test('on the interface itself', async (t) => {
    await ip('address', 'add', `${vip}/24`, 'dev', 'eth0')
    t.same(await answered(), { answered: true })
    t.match(await failing(), { gate: 'not-local', text: /configured on eth0 itself/ })
    await ip('address', 'del', `${vip}/24`, 'dev', 'eth0')
  })

  t.test('the other end is down, then this one', async (t) => {
    const named = '{ interfaces: [eth0] }'
    await client.run(['ip', 'link', 'set', 'eth0', 'down'])
    // The kernel tells of a carrier that went away when it gets round to it.
    await waitFor('the carrier to go', async () => (await failing(vip, named))?.gate === 'interface-up')
    t.match(await failing(vip, named), { gate: 'interface-up', text: 'eth0 has no carrier' })
    await ip('link', 'set', 'eth0', 'down')
    t.match(await failing(vip, named), { gate: 'interface-up', text: 'eth0 is down' })
    t.match(await failing(), { gate: 'subnet', text: /of .*eth0.*, without carrier or down, none is known/ })
  })
})
