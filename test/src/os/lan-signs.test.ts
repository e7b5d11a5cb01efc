import t from 'tap'
import { parseInterfaceNames, parseLocalIpv4, readLanSigns } from '../../../src/os/lan-signs.js'

t.test('interfaces by name, those with a label or a VLAN too', async (t) => {
  const text = `Inter-|   Receive                            |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets
    lo: 5022507962 2415005    0    0
eth0.20:       0       0    0    0
  wlan0:12 1
`
  t.same(parseInterfaceNames(text), ['lo', 'eth0.20', 'wlan0'])
  t.same(parseInterfaceNames(''), [])
})

t.test('local addresses are told from networks and broadcast addresses', async (t) => {
  const text = `Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
     +-- 192.168.1.0/24 2 0 2
        |-- 192.168.1.0
           /24 link UNICAST
        |-- 192.168.1.5
           /32 host LOCAL
        |-- 192.168.1.240
           /32 link UNICAST
           /32 host LOCAL
        |-- 192.168.1.255
           /32 link BROADCAST
     |-- 127.0.0.0
        /8 host LOCAL
Local:
        |-- 192.168.1.5
           /32 host LOCAL
`
  t.same([...parseLocalIpv4(text)], ['192.168.1.5', '192.168.1.240'])
  t.equal(parseLocalIpv4('').size, 0)
})

t.test('this host has a loopback interface that is up, and its address is local', async (t) => {
  const { interfaces, localIpv4 } = readLanSigns()
  t.match(
    interfaces.find(({ name }) => name === 'lo'),
    { up: true, running: true, loopback: true, wireless: false },
  )
  t.ok([...localIpv4].includes('127.0.0.1' as never))
})
