import t from 'tap'
import type { Ipv6 } from '../../../net/ip.js'
import { ok, type Result, refused } from '../../../net/result.js'
import type { HostAddress } from '../../../src/os/interfaces.js'
import type { ReceivedDiscovery, RouterDiscoverySocket } from '../../../src/os/router-discovery-socket.js'
import { Links } from '../../../src/unnumbered/links.js'
import { ip } from '../../support/address.js'
import { fakeClock } from '../../support/fake-clock.js'
import { hex } from '../../support/hex.js'

const neighbour = 'fe80::1' as Ipv6
const advertisement = hex('86 00 0000 40 00 0000 00000000 00000000')

function host({ privileged = true } = {}) {
  const clock = fakeClock()
  const said: string[] = []
  const queue: ReceivedDiscovery[] = []
  const indexes = new Map<string, number>()
  const addresses: HostAddress[] = []
  const joinable = new Set([7, 8])
  const socket: RouterDiscoverySocket = {
    join: (index) => {
      said.push(`join ${index}`)
      return joinable.has(index) ? undefined : 'No such device'
    },
    send: (index, to, octets) => {
      said.push(`${octets[0] === 134 ? 'advertise' : 'solicit'} ${index} ${to}`)
      return undefined
    },
    receive: () => queue.shift(),
    close: () => said.push('close'),
  }
  const open = (): Result<RouterDiscoverySocket> =>
    privileged ? ok(socket) : refused('cannot hear router advertisements: needs CAP_NET_RAW')
  const links = new Links({
    clock,
    random: () => 0.5,
    hostAddresses: () => addresses,
    open,
    interfaceIndex: (name) => indexes.get(name) ?? 0,
    onChange: (name, to) => said.push(`${name}: ${to.is === 'known' ? to.address : to.because}`),
    onWarning: (text) => said.push(`warning: ${text}`),
  })
  return {
    ...{ clock, links, queue },
    up: (name: string, index: number, address = 'fe80::11') => {
      indexes.set(name, index)
      addresses.push({ interface: name, address: ip(address), length: 64, transient: false })
    },
    gone: (name: string) => {
      indexes.delete(name)
      addresses.splice(0)
    },
    hears: (interfaceIndex: number, source: Ipv6, octets = advertisement) =>
      queue.push({ interfaceIndex, source, octets }),
    /** Seconds, and what was said in them. */
    pass: (seconds: number) => {
      clock.advance(seconds * 1000)
      return said.splice(0)
    },
  }
}

t.test('an interface that is not there yet, comes up, and meets its neighbour', async (t) => {
  const { links, up, hears, pass } = host()
  links.watch(new Set(['eth1']))
  t.same(pass(5), ['eth1: this host has no interface eth1'])
  up('eth1', 7)
  t.same(pass(1), [
    'join 7',
    'advertise 7 ff02::1',
    'solicit 7 ff02::2',
    'eth1: no router advertisement has been heard on eth1 yet',
  ])
  hears(7, neighbour)
  t.same(pass(0.25), ['eth1: fe80::1'])
})

t.test('what is not from the neighbour of that link is not heard', async (t) => {
  const { links, up, hears, pass } = host()
  up('eth1', 7)
  links.watch(new Set(['eth1']))
  pass(1)
  hears(8, neighbour)
  hears(7, 'fe80::11' as Ipv6)
  hears(7, '2001:db8::1' as Ipv6)
  hears(7, neighbour, hex('86 00 0000'))
  t.same(pass(1), [])
})

t.test('an interface that was made anew is joined anew, and its neighbour is the same', async (t) => {
  const { links, up, gone, hears, pass } = host()
  up('eth1', 7)
  links.watch(new Set(['eth1']))
  hears(7, neighbour)
  pass(20)
  gone('eth1')
  t.same(pass(2), [], 'a session may outlive that')
  up('eth1', 8)
  t.same(pass(1), ['join 8', 'advertise 8 ff02::1'])
  hears(8, neighbour)
  t.same(pass(1), [])
})

t.test('a flood on the link is read in turns', async (t) => {
  const { links, up, hears, pass, queue } = host()
  up('eth1', 7)
  links.watch(new Set(['eth1']))
  pass(1)
  for (let i = 0; i < 1000; i++) hears(7, `fe80::${(i + 1).toString(16)}` as Ipv6)
  pass(0.25)
  t.equal(queue.length, 936)
})

t.test('without the privilege every peer says so, and so does one warning', async (t) => {
  const { links, pass } = host({ privileged: false })
  links.watch(new Set(['eth1', 'eth2']))
  const why = 'cannot hear router advertisements: needs CAP_NET_RAW'
  t.same(pass(10), [`eth1: ${why}`, `eth2: ${why}`, `warning: unnumbered peers stay down: ${why}`])
})

t.test('nothing is open where no peer is unnumbered', async (t) => {
  const { clock, links, up, pass } = host()
  links.watch(new Set())
  t.equal(clock.pending, 0)
  up('eth1', 7)
  links.watch(new Set(['eth1']))
  pass(1)
  links.watch(new Set())
  t.same(pass(60), ['close'])
  t.equal(clock.pending, 0)
})
