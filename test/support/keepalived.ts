/** keepalived on a station of the LAN: another VRRP router, whose kernel answers for the addresses. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from './command.js'
import { type Station, vip, vip6 } from './lan.js'
import type { Packaging } from './routers/index.js'
import { createMachine } from './routers/machine.js'
import { Hopeless, waitFor } from './wait.js'

export interface KeepalivedSettings {
  readonly priority: number
  readonly preempt: boolean
  /** In seconds. */
  readonly interval: number
  /** The other router, for each IP version; absent: multicast. */
  readonly unicastPeer?: { readonly ipv4: string; readonly ipv6: string; readonly ownIpv6: string }
  /** Lines for the instance of IPv4. */
  readonly ipv4?: readonly string[]
}

export interface Keepalived {
  readonly start: () => Promise<void>
  /** SIGTERM: it gives its addresses up. */
  readonly stop: () => Promise<void>
  /** Of both virtual IPs: whether its kernel has them. */
  readonly owns: () => Promise<boolean>
  /** Until it owns both, or none. */
  readonly becomes: (state: 'owner' | 'backup') => Promise<void>
  readonly log: () => Promise<string>
}

/** One instance for each IP version, with virtual router ID 51. */
export async function createKeepalived(
  { namespace, ipv4 }: Station,
  packaging: Packaging,
  settings: KeepalivedSettings,
): Promise<Keepalived> {
  const { lab } = namespace
  const folder = await lab.folder('keepalived')
  const log = join(folder, 'log')
  const unicast = (own: string, peer: string | undefined) =>
    // RFC 9568 §5.1.2.3 wants 255; for IPv6 keepalived sends 64 unless told otherwise.
    peer === undefined
      ? []
      : [`unicast_src_ip ${own}`, 'unicast_ttl 255', `unicast_peer { ${peer} }`.replace(/[{}]/g, '\n$&\n')]
  const instance = (name: string, address: string, lines: readonly string[]) =>
    [
      `vrrp_instance ${name} {`,
      ...['version 3', 'state BACKUP', 'interface eth0', 'virtual_router_id 51'],
      ...[`priority ${settings.priority}`, `advert_int ${settings.interval}`],
      ...(settings.preempt ? [] : ['nopreempt']),
      ...lines,
      ...['virtual_ipaddress {', address, '}', '}', ''],
    ].join('\n')
  const { unicastPeer: peer } = settings
  await writeFile(
    join(folder, 'keepalived.conf'),
    [
      instance('ipv4', `${vip}/24`, [...unicast(ipv4, peer?.ipv4), ...(settings.ipv4 ?? [])]),
      instance('ipv6', `${vip6}/64`, unicast(peer?.ownIpv6 ?? '', peer?.ipv6)),
    ].join('\n'),
  )
  const command = ['keepalived', '--dont-fork', '--log-console', '--log-detail', '--no-syslog', '--vrrp']
  const files = ['-f', 'keepalived.conf', '-p', 'keepalived.pid', '-r', 'vrrp.pid']
  const words = files.map((word) => (word.startsWith('-') ? word : join(folder, word)))
  await writeFile(join(folder, 'start.sh'), `exec ${[...command, ...words].join(' ')} >>${log} 2>&1\n`)
  await writeFile(log, '')
  const machine = await createMachine(packaging, { namespace, vendor: 'keepalived', folder })
  lab.atEnd(() => machine.remove())

  const told = () => run(['cat', log])
  const addresses = async () => {
    const printed = await namespace.run(['ip', '-brief', 'address', 'show', 'dev', 'eth0'])
    return [vip, vip6].map((address) => printed.includes(` ${address}/`))
  }
  return {
    log: told,
    start: async () => {
      const before = (await told()).split('Entering BACKUP STATE').length
      await machine.start()
      // It says so of both instances before it does anything else.
      await waitFor('keepalived to have started', async () => {
        if (!(await machine.alive())) throw new Hopeless(await told())
        return (await told()).split('Entering BACKUP STATE').length >= before + 2
      })
    },
    stop: () => machine.signal('SIGTERM'),
    owns: async () => (await addresses()).every((is) => is),
    becomes: async (state) => {
      await waitFor(`keepalived to be ${state}`, async () => {
        const has = await addresses()
        if (has.every((is) => is === (state === 'owner'))) return true
        throw new Error(`${has.join(', ')}\n${await told()}`)
      })
    },
  }
}
