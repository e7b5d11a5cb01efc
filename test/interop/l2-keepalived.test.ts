/** herald and keepalived share addresses by VRRP version 3: each as owner and as backup of the other. */
import t from 'tap'
import { createKeepalived, type KeepalivedSettings } from '../support/keepalived.js'
import { becomesOwner, createTestLan, nodeFile, type Station, stands, vip, vip6 } from '../support/lan.js'
import { framesOf, startLanCapture } from '../support/lan-capture.js'
import { believes, resolve } from '../support/neighbours.js'
import { requires } from '../support/requires.js'
import type { Packaging } from '../support/routers/index.js'
import { waitFor } from '../support/wait.js'

/** As the kernel makes it out of the MAC address (RFC 4291 appendix A). */
function linkLocal({ mac }: Station): string {
  const [, , , , , last = ''] = mac.split(':')
  return `fe80::ff:fe00:${Number.parseInt(last, 16).toString(16)}`
}

interface Variant {
  readonly name: string
  readonly packaging: Packaging
  /** Lines of keepalived's instance of IPv4. */
  readonly ipv4?: readonly string[]
  /** Whether IPv4 advertisements have a pseudo-header in their checksum; herald takes over what it hears. */
  readonly pseudoHeader: boolean
  readonly unicast?: true
  readonly checksum?: string
}

const variants: readonly Variant[] = [
  { name: 'by multicast', packaging: 'package', pseudoHeader: true },
  { name: 'by unicast', packaging: 'package', pseudoHeader: true, unicast: true },
  { name: 'by multicast', packaging: 'container', pseudoHeader: true },
  {
    name: 'with the checksum of RFC 9568',
    packaging: 'container',
    ipv4: ['v3_checksum_as_v2 true'],
    pseudoHeader: false,
  },
  {
    name: 'with the checksum of keepalived from the start',
    packaging: 'container',
    pseudoHeader: true,
    checksum: 'with-pseudo-header',
    unicast: true,
  },
]

if (requires(t, 'root', 'keepalived', 'tcpdump', 'tshark')) {
  t.ok(variants.length > 0)
  for (const { name, packaging, ipv4 = [], pseudoHeader, unicast, checksum } of variants) {
    t.test(`keepalived (${packaging}) ${name}: each is owner and backup of the other`, async (t) => {
      const lan = await createTestLan(t, [nodeFile()], ['keepalived'])
      const {
        client,
        nodes: [node],
        others: [other = client],
      } = lan
      const peers = unicast && { unicastPeers: [other.ipv4, linkLocal(other)] }
      const group = { advertisementInterval: '300ms', ...(checksum && { checksum }), ...peers }
      await node.herald.configure(nodeFile({ group }))
      const settings: KeepalivedSettings = { priority: 120, preempt: false, interval: 0.3, ipv4 }
      const keepalived = await createKeepalived(other, packaging, {
        ...settings,
        ...(unicast && {
          unicastPeer: { ipv4: node.ipv4, ipv6: linkLocal(node), ownIpv6: linkLocal(other) },
        }),
      })
      t.comment((await other.namespace.attempt(['keepalived', '--version'])).stderr.split('\n')[0] ?? '')

      const capture = await startLanCapture(unicast ? other.namespace : client.namespace, 'eth0', {
        pseudoHeader,
      })
      await keepalived.start()
      await keepalived.becomes('owner')
      await node.herald.start()
      await stands(node, 'backup')
      await waitFor('herald to name the owner', async () => (await node.row())?.owner !== undefined)
      t.match(await node.row(vip), { owner: { address: other.ipv4, priority: 120 } })
      t.match(await node.row(vip6), { owner: { address: linkLocal(other), priority: 120 } })
      for (const address of [vip, vip6]) t.equal(await resolve(client, address), other.mac)

      await keepalived.stop()
      await becomesOwner(node)
      for (const address of [vip, vip6]) await believes(client, address, node)
      t.pass('herald takes over from keepalived, which stops')

      await keepalived.start()
      await waitFor('keepalived to hear herald', async () => {
        const recent = (await node.row())?.state === 'owner' && !(await keepalived.owns())
        return recent
      })
      await stands(node, 'owner')
      t.notOk(await keepalived.owns(), 'which keepalived leaves with the addresses')

      await node.herald.kill()
      await keepalived.becomes('owner')
      for (const address of [vip, vip6]) await believes(client, address, other)
      t.pass('keepalived takes over from herald, which was killed')

      await node.herald.start()
      await stands(node, 'backup')
      await keepalived.stop()
      await becomesOwner(node)
      await keepalived.start()
      t.equal(await node.herald.stop(), 0)
      await keepalived.becomes('owner')
      for (const address of [vip, vip6]) await believes(client, address, other)
      t.pass('and from herald, which stops')

      const recording = await capture.stop()
      const advertised = framesOf(recording, 'vrrp').filter(({ from }) => from === node.mac)
      t.ok(advertised.length > 0, `${advertised.length} advertisements of herald`)
      t.ok(advertised.every(({ version }) => version === 3))
      const own = recording.complaints.filter(
        ({ from, text }) => from === node.mac && !/duplicate/i.test(text),
      )
      t.same(own, [], 'tshark has nothing against them, nor their checksum')
      const log = await keepalived.log()
      t.notMatch(log, /invalid|mismatch|checksum|dropp/i, 'nor has keepalived')
      const warnings = node.herald.logLines().filter(({ level }) => level === 'warn')
      t.same(warnings, [], 'nor has herald against keepalived')
    })
  }

  for (const [first, second] of [
    ['keepalived', 'herald'],
    ['herald', 'keepalived'],
  ] as const) {
    t.test(`${second} preempts ${first}, and ${first} stands by`, async (t) => {
      const priority = second === 'herald' ? 200 : 50
      const lan = await createTestLan(
        t,
        [
          nodeFile({
            group: { advertisementInterval: '300ms', priority, preempt: second === 'herald' },
          }),
        ],
        ['keepalived'],
      )
      const {
        client,
        nodes: [node],
        others: [other = client],
      } = lan
      const preempt = second === 'keepalived'
      const keepalived = await createKeepalived(other, 'package', { priority: 120, preempt, interval: 0.3 })
      const heraldOwns = async () => {
        await becomesOwner(node)
        await keepalived.becomes('backup')
        for (const address of [vip, vip6]) await believes(client, address, node)
      }
      const keepalivedOwns = async () => {
        await stands(node, 'backup')
        await keepalived.becomes('owner')
        for (const address of [vip, vip6]) await believes(client, address, other)
      }
      if (first === 'keepalived') {
        await keepalived.start()
        await keepalived.becomes('owner')
        for (const address of [vip, vip6]) await resolve(client, address)
        await node.herald.start()
        await heraldOwns()
        t.equal(await node.herald.stop(), 0)
        await keepalived.becomes('owner')
        await node.herald.start()
        await heraldOwns()
      } else {
        await node.herald.start()
        await becomesOwner(node)
        for (const address of [vip, vip6]) await resolve(client, address)
        await keepalived.start()
        await keepalivedOwns()
        await keepalived.stop()
        await heraldOwns()
        await keepalived.start()
        await keepalivedOwns()
      }
      t.match(await node.row(), { conflicts: 0 }, 'no claim of keepalived is a conflict')
    })
  }
}
