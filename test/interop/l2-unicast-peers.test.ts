/** Nodes that tell each other alone who the owner is, for LANs whose switches do not carry multicast. */
import t from 'tap'
import { becomesOwner, createTestLan, nodeFile, stands } from '../support/lan.js'
import type { Namespace } from '../support/netns.js'
import { requires } from '../support/requires.js'
import { Hopeless, sleep, waitFor } from '../support/wait.js'

/** Packets that this kernel refused, with words to their sender. */
async function refusals(node: Namespace): Promise<number> {
  const [names = [], values = []] = (await node.run(['cat', '/proc/self/net/snmp']))
    .split('\n')
    .filter((line) => line.startsWith('Icmp:'))
    .map((line) => line.split(' '))
  const icmp6 = /^Icmp6OutParmProblems\s+(\d+)$/m.exec(await node.run(['cat', '/proc/self/net/snmp6']))
  return Number(values[names.indexOf('OutDestUnreachs')]) + Number(icmp6?.[1])
}

t.test('one owner by advertisements to single nodes: link-local for IPv6, refused by nobody', async (t) => {
  if (!requires(t, 'root', 'ip', 'nsenter', 'tcpdump')) return
  // Link-local addresses are made of MAC addresses, 02:00:00:00:00:0b and :0c.
  const peers = [
    ['10.0.0.12', 'fe80::ff:fe00:c'],
    ['10.0.0.11', 'fe80::ff:fe00:b'],
  ]
  const files = peers.map((unicastPeers) => nodeFile({ group: { unicastPeers } }))
  const [first = {}, second = {}] = files
  const lan = await createTestLan(t, [first, second])
  const tcpdump = lan.client.namespace.start([
    ...['tcpdump', '--interface', 'eth0', '--immediate-mode', '-Z', 'root', '-l', '-n'],
    'ether multicast and (ip proto 112 or ip6 proto 112)',
  ])
  await waitFor('tcpdump to listen', () => {
    if (!tcpdump.alive()) throw new Hopeless(tcpdump.output())
    return tcpdump.output().includes('listening on')
  })
  const [owner, backup] = lan.nodes
  await owner.herald.start()
  await becomesOwner(owner)
  await backup.herald.start()
  await stands(backup, 'backup')
  const before = await refusals(backup.namespace)
  const heardBefore = await advertisements(backup.namespace)
  await waitFor(
    'twenty more advertisements',
    async () => (await advertisements(backup.namespace)) > heardBefore + 20,
  )
  t.equal(await refusals(backup.namespace), before)
  t.ok((await owner.table()).every(({ state }) => state === 'owner'))
  t.notMatch(owner.herald.logs(), /could not be told/)
  await sleep(200)
  t.equal(tcpdump.stdout(), '', 'nothing for everybody')

  await owner.herald.stop()
  await becomesOwner(backup)
})

/** IPv4 and IPv6 packets that this kernel has taken in, most of them advertisements. */
async function advertisements(node: Namespace): Promise<number> {
  const link = JSON.parse(await node.run(['ip', '-json', '-statistics', 'link', 'show', 'dev', 'eth0']))
  return link[0].stats64.rx.packets
}
