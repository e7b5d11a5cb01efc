import t from 'tap'
import type { Mac } from '../../../net/mac.js'
import { hostPrefix } from '../../../net/prefix.js'
import type { Certainty, LanCause } from '../../../src/control/api/doctor.js'
import { diagnoseLan } from '../../../src/doctor/lan.js'
import { lanGates } from '../../../src/explain/lan-gates.js'
import type { LanStep } from '../../../src/l2/lan-check.js'
import { ip } from '../../support/address.js'
import { type LanViewChange, lanView, onEth0, vip } from '../../support/lan-view.js'

const foreign = 'b8:27:eb:00:00:09' as Mac
const at = '2026-03-01T10:01:00.000Z'

interface Trouble {
  readonly name: string
  readonly address?: string
  readonly change: LanViewChange
  readonly gate: LanStep
  readonly text: RegExp
  readonly remedy: RegExp
  readonly cause: LanCause
  readonly certainty?: Certainty
}

const troubles: readonly Trouble[] = [
  {
    name: 'no interface is one of those named',
    change: { l2: '{ interfaces: [eth9, /^wlan/] }', report: null },
    gate: 'interface',
    text: /no interface is one of `l2.interfaces` \(eth9, \/\^wlan\/\); there are eth0$/,
    remedy: /leave it out/,
    cause: 'interface-unknown',
  },
  {
    name: 'a host without interfaces',
    change: { l2: '{ interfaces: [eth9] }', report: null, links: [] },
    gate: 'interface',
    text: /this host has none but lo/,
    remedy: /write one of these/,
    cause: 'interface-unknown',
  },
  {
    name: 'the interface is down',
    change: { links: [{ up: false, running: false }] },
    gate: 'interface-up',
    text: /^eth0 is down$/,
    remedy: /ip link set eth0 up/,
    cause: 'interface-down',
  },
  {
    name: 'the cable is out',
    change: { l2: '{ interfaces: [eth0] }', report: null, links: [{ running: false }] },
    gate: 'interface-up',
    text: /^eth0 has no carrier$/,
    remedy: /cable/,
    cause: 'interface-down',
  },
  {
    name: 'whether anybody has it is asked',
    change: { report: { state: 'probing', because: 'no other node advertises it' } },
    gate: 'owner',
    text: /^it is not claimed yet: whether anybody has it is asked first/,
    remedy: /ask again/,
    cause: 'not-taken',
    certainty: 'possible',
  },
  {
    name: 'the owner of the group has other addresses',
    change: {
      report: {
        state: 'backup',
        owner: { address: ip('192.168.1.6'), priority: 150, advertises: false, probes: false },
      },
    },
    gate: 'owner',
    text: /^192\.168\.1\.6 \(priority 150\) advertises the virtual router of group default with other addresses/,
    remedy: /choose another virtualRouterId/,
    cause: 'not-advertised',
    certainty: 'likely',
  },
  {
    name: 'the owner of the group has not claimed it',
    change: {
      report: {
        state: 'backup',
        owner: { address: ip('192.168.1.6'), priority: 150, advertises: true, probes: true },
      },
    },
    gate: 'owner',
    text: /^192\.168\.1\.6 \(priority 150\) owns group default and has not claimed it/,
    remedy: /herald l2 on 192\.168\.1\.6 says who has it/,
    cause: 'not-claimed',
    certainty: 'likely',
  },
  {
    name: 'the interface became a port of a bridge',
    change: { links: [{ master: 'br0' }] },
    gate: 'interface',
    text: /^eth0 is a member of br0, where its frames arrive/,
    remedy: /give br0 the addresses of eth0/,
    cause: 'interface-member',
  },
  {
    name: 'the address is outside every subnet',
    address: '192.168.7.1',
    change: { report: null },
    gate: 'subnet',
    text: /no interface has a subnet that holds it.*there are 192\.168\.1\.0\/24 on eth0$/,
    remedy: /choose an address in one of them.*l2.interfaces/,
    cause: 'outside-subnets',
  },
  {
    name: 'a host address alone is no subnet, and an interface that is down shows none',
    change: {
      report: null,
      links: [{ name: 'eth1', up: false, running: false }, {}],
      hostAddresses: [{ ...onEth0, address: vip, length: 32 }],
    },
    gate: 'subnet',
    text: /there are 192\.168\.1\.240\/32 on eth0; of eth1, without carrier or down, none is known$/,
    remedy: /choose an address/,
    cause: 'outside-subnets',
  },
  {
    name: 'the subnet of an interface that was not named is gone',
    change: { hostAddresses: [{ ...onEth0, address: ip('10.0.0.5') }] },
    gate: 'subnet',
    text: /no interface has a subnet that holds it.*there are 10\.0\.0\.0\/24 on eth0$/,
    remedy: /choose an address/,
    cause: 'outside-subnets',
  },
  {
    name: 'it is the broadcast address',
    address: '192.168.1.255',
    change: {},
    gate: 'subnet',
    text: /it is the broadcast address of the subnet on eth0/,
    remedy: /leave it out/,
    cause: 'edge-of-subnet',
  },
  {
    name: 'it is the network address',
    address: '192.168.1.0',
    change: {},
    gate: 'subnet',
    text: /it is the network address/,
    remedy: /leave it out/,
    cause: 'edge-of-subnet',
  },
  {
    name: 'it is configured on the interface itself',
    change: { hostAddresses: [onEth0, { ...onEth0, address: vip }], localIpv4: ['192.168.1.240'] },
    gate: 'not-local',
    text: /configured on eth0 itself/,
    remedy: /ip addr del/,
    cause: 'address-on-interface',
  },
  {
    name: 'it is on lo, and arp_ignore is 0',
    change: { localIpv4: ['192.168.1.240'] },
    gate: 'arp-ignore',
    text: /arp_ignore is 0: the kernel answers for it on eth0, on every node/,
    remedy: /sysctl -w net\.ipv4\.conf\.eth0\.arp_ignore=1/,
    cause: 'kernel-answers',
  },
  {
    name: 'kube-proxy has it in IPVS mode without strictARP',
    change: { localIpv4: ['192.168.1.240'], links: [{}, { name: 'kube-ipvs0', up: false, running: false }] },
    gate: 'arp-ignore',
    text: /kube-proxy in IPVS mode has it on kube-ipvs0/,
    remedy: /ipvs\.strictARP: true/,
    cause: 'kernel-answers',
  },
  {
    name: 'Wi-Fi without promiscuous mode',
    change: { l2: '{ promiscuous: "off" }', links: [{ wireless: true }], interface: {} },
    gate: 'wifi',
    text: /firmware drops requests/,
    remedy: /promiscuous: auto/,
    cause: 'wifi-filters',
    certainty: 'likely',
  },
  {
    name: 'a foreign station has it',
    change: { report: { state: 'contested', conflicts: 1, lastConflict: { at, mac: foreign } } },
    gate: 'conflict',
    text: /b8:27:eb:00:00:09 \(vendor prefix b8:27:eb\) on eth0 has it/,
    remedy: /DHCP range/,
    cause: 'contested',
  },
  {
    name: 'a backup hears no owner',
    change: { report: { state: 'backup' } },
    gate: 'owner',
    text: /no owner is heard/,
    remedy: /herald doctor on the other nodes/,
    cause: 'nobody-answers',
    certainty: 'possible',
  },
  {
    name: 'the engine has not taken it yet',
    change: { report: null },
    gate: 'owner',
    text: /whether anybody has it is asked first/,
    remedy: /ask again/,
    cause: 'not-taken',
    certainty: 'possible',
  },
  {
    name: 'the engine says why it does not take it',
    change: { report: { state: 'nowhere', because: 'the interface is enslaved to bond0' } },
    gate: 'owner',
    text: /enslaved to bond0/,
    remedy: /herald l2/,
    cause: 'not-taken',
  },
]

t.ok(troubles.length > 0)
for (const { name, address = vip, change, gate, text, remedy, cause, certainty = 'certain' } of troubles) {
  t.test(`${name}: explain fails at ${gate}, doctor says ${cause}`, async (t) => {
    const wanted = ip(address)
    const view = lanView(change)
    const gates = lanGates(hostPrefix(wanted), 'default', view)
    const failing = gates.filter(({ passed }) => !passed)
    t.match(failing[0], { gate, text, remedy })
    const diagnoses = diagnoseLan([{ address: wanted, viaBgp: false, view }])
    t.match(diagnoses[0], { cause, certainty, here: remedy })
    t.match(diagnoses[0]?.text, text.source.startsWith('^') ? new RegExp(text.source.slice(1)) : text)
    t.ok(diagnoses[0]?.text.startsWith(wanted))
  })
}

const fine: readonly {
  readonly name: string
  readonly change: LanViewChange
  readonly gate: LanStep
  readonly text: RegExp
}[] = [
  { name: 'an owner', change: {}, gate: 'owner', text: /this node answers, 7 requests so far/ },
  {
    name: 'a backup that knows its owner',
    change: {
      report: {
        state: 'backup',
        owner: { address: ip('192.168.1.6'), priority: 150, advertises: true, probes: false },
      },
    },
    gate: 'owner',
    text: /192\.168\.1\.6 answers \(priority 150\), this node stands by/,
  },
  {
    name: 'on lo with arp_ignore 1',
    change: { localIpv4: ['192.168.1.240'], links: [{ arpIgnore: 1 }] },
    gate: 'arp-ignore',
    text: /arp_ignore 1 keeps the kernel silent/,
  },
  {
    name: 'on lo, where this node always answers',
    change: { l2: '{ failover: none }', localIpv4: ['192.168.1.240'] },
    gate: 'arp-ignore',
    text: /the kernel answers as well/,
  },
  {
    name: 'outside every subnet of an interface that is named',
    change: { l2: '{ interfaces: [eth0] }', hostAddresses: [{ ...onEth0, address: ip('10.0.0.5') }] },
    gate: 'subnet',
    text: /only stations with a route to this link ask for it/,
  },
  {
    name: 'Wi-Fi',
    change: { links: [{ wireless: true }] },
    gate: 'wifi',
    text: /promiscuous so that it hears/,
  },
  {
    name: 'claimed, and defended',
    change: { report: { conflicts: 2, lastConflict: { at, mac: foreign } } },
    gate: 'conflict',
    text: /b8:27:eb:00:00:09 .* claimed it, 2 times; the owner announces it again/,
  },
]

t.ok(fine.length > 0)
for (const { name, change, gate, text } of fine) {
  t.test(`${name}: every gate is passed`, async (t) => {
    const view = lanView(change)
    const gates = lanGates(hostPrefix(vip), 'default', view)
    t.same(
      gates.filter(({ passed }) => !passed),
      [],
    )
    t.match(
      gates.find((each) => each.gate === gate),
      { text },
    )
    const certain = diagnoseLan([{ address: vip, viaBgp: false, view }]).filter(
      (each) => each.certainty !== 'possible',
    )
    t.same(certain, [])
  })
}

t.test('a station that claimed a defended address is told of', async (t) => {
  const view = lanView({ report: { conflicts: 2, lastConflict: { at, mac: foreign } } })
  t.match(diagnoseLan([{ address: vip, viaBgp: false, view }]), [
    {
      cause: 'claimed',
      certainty: 'possible',
      text: /192\.168\.1\.240: b8:27:eb:00:00:09 .* claimed it at 2026/,
    },
  ])
})

t.test('an address that routers are told of need not be in a subnet', async (t) => {
  const view = lanView({ report: null })
  const address = ip('198.51.100.53')
  t.match(diagnoseLan([{ address, viaBgp: true, view }]), [
    { cause: 'outside-subnets', certainty: 'possible' },
  ])
})

t.test('addresses with the same trouble share a diagnosis, and the most certain goes first', async (t) => {
  const view = lanView({ links: [{ up: false, running: false }] })
  const many = Array.from({ length: 6 }, (_, i) => ({
    address: ip(`192.168.1.${i + 10}`),
    viaBgp: false,
    view,
  }))
  const waiting = { address: vip, viaBgp: false, view: lanView({ report: null }) }
  t.match(diagnoseLan([waiting, ...many]), [
    {
      cause: 'interface-down',
      text: '192.168.1.10, 192.168.1.11, 192.168.1.12, 192.168.1.13 and 2 more: eth0 is down',
    },
    { cause: 'not-taken', certainty: 'possible' },
  ])
})

t.test(
  'an IPv6 address on lo is no trouble: the kernel does not answer solicitations for it elsewhere',
  async (t) => {
    const address = ip('fd00::240')
    const view = lanView({
      report: { address },
      hostAddresses: [onEth0, { ...onEth0, address: ip('fd00::5'), length: 64 }],
    })
    const gates = lanGates(hostPrefix(address), 'default', view)
    t.ok(gates.every(({ passed }) => passed))
    t.notOk(gates.some(({ gate }) => gate === 'arp-ignore'))
  },
)
