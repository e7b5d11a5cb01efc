import { endianness } from 'node:os'
import t from 'tap'
import type { Endpoint } from '../../../net/endpoint.js'
import type { Ip } from '../../../net/ip.js'
import type { Prefix } from '../../../net/prefix.js'
import {
  decodeInt,
  encodeCapabilities,
  encodeInt,
  encodeSockaddr,
  encodeTcpMd5sig,
} from '../../../src/os/layouts.js'

const hex = (octets: Uint8Array) => Buffer.from(octets).toString('hex')
const zeros = (count: number) => '00'.repeat(count)
/** A 16-bit number as this machine stores it. */
const host16 = (text: string) => (endianness() === 'LE' ? `${text.slice(2)}${text.slice(0, 2)}` : text)

const sockaddrs: readonly { name: string; endpoint: Endpoint; octets: string }[] = [
  {
    name: 'sockaddr_in: family 2, port 179, address',
    endpoint: { address: '192.0.2.1' as Ip, port: 179 },
    octets: `${host16('0002')} 00b3 c0000201 ${zeros(8)}`,
  },
  {
    name: 'sockaddr_in6: family 10, port 50000, flow, address, scope',
    endpoint: { address: '2001:db8::1' as Ip, port: 50_000 },
    octets: `${host16('000a')} c350 ${zeros(4)} 20010db8000000000000000000000001 ${zeros(4)}`,
  },
]

t.ok(sockaddrs.length > 0)
for (const { name, endpoint, octets } of sockaddrs) {
  t.test(name, async (t) => {
    t.equal(hex(encodeSockaddr(endpoint)), octets.replaceAll(' ', ''))
  })
}

const keys: readonly { name: string; peers: Prefix; key: string; octets: string }[] = [
  {
    name: 'a key for one IPv4 peer',
    peers: '192.0.2.1/32' as Prefix,
    key: 'secret',
    octets: `${host16('0002')} 0000 c0000201 ${zeros(120)}
      00 00 ${host16('0006')} ${zeros(4)} 736563726574 ${zeros(74)}`,
  },
  {
    name: 'a key for a range of IPv4 peers',
    peers: '192.0.2.0/24' as Prefix,
    key: 's',
    octets: `${host16('0002')} 0000 c0000200 ${zeros(120)}
      01 18 ${host16('0001')} ${zeros(4)} 73 ${zeros(79)}`,
  },
  {
    name: 'a key for every IPv4 peer is a range of length 0, not a host',
    peers: '0.0.0.0/0' as Prefix,
    key: 's',
    octets: `${host16('0002')} 0000 ${zeros(124)} 01 00 ${host16('0001')} ${zeros(4)} 73 ${zeros(79)}`,
  },
  {
    name: 'a key of 80 octets for a range of IPv6 peers',
    peers: '2001:db8::/64' as Prefix,
    key: 'k'.repeat(80),
    octets: `${host16('000a')} 0000 ${zeros(4)} 20010db8 ${zeros(12)} ${zeros(104)}
      01 40 ${host16('0050')} ${zeros(4)} ${'6b'.repeat(80)}`,
  },
  {
    name: 'an empty key, which removes',
    peers: 'fe80::1/128' as Prefix,
    key: '',
    octets: `${host16('000a')} 0000 ${zeros(4)} fe80 ${zeros(13)} 01 ${zeros(104)} ${zeros(88)}`,
  },
]

t.ok(keys.length > 0)
for (const { name, peers, key, octets } of keys) {
  t.test(`tcp_md5sig: ${name}`, async (t) => {
    const encoded = encodeTcpMd5sig(peers, Buffer.from(key))
    t.equal(encoded.length, 216)
    t.equal(hex(encoded), octets.replaceAll(/\s/g, ''))
  })
}

t.test('an int is what it was', async (t) => {
  for (const value of [0, 1, 255, -1, 2 ** 31 - 1]) t.equal(decodeInt(encodeInt(value)), value)
})

t.test('capabilities are bits of two halves, effective, permitted and inheritable alike', async (t) => {
  const [header, data] = encodeCapabilities([10, 13, 40])
  t.equal(hex(header), '2205082000000000', 'version 3, this thread')
  t.equal(hex(data), `${'00240000'.repeat(3)}${'00010000'.repeat(3)}`)
})
