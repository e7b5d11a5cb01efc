import type { Test } from 'tap'
import { createLab, type Namespace } from './netns.js'
import { type Agent, startAgent } from './tcp-agent.js'

/** Two hosts on a cable, and a third one behind the second, which routes; an agent on each. */
export interface HopLab {
  readonly left: Namespace
  readonly middle: Namespace
  readonly near: Agent
  readonly neighbour: Agent
  readonly far: Agent
}

/** What an IP version calls them. `neighbour` and `far` are one and two hops from `near`. */
export const addresses = {
  4: { near: '10.0.0.1', other: '10.0.0.9', neighbour: '10.0.0.2', far: '10.0.1.1', subnet: '10.0.0.0/24' },
  6: {
    near: '2001:db8::1',
    other: '2001:db8::9',
    neighbour: '2001:db8::2',
    far: '2001:db8:1::1',
    subnet: '2001:db8::/64',
  },
} as const

export async function hopLab(t: Test): Promise<HopLab> {
  const lab = await createLab(t)
  const left = await lab.namespace('left')
  const middle = await lab.namespace('middle')
  const right = await lab.namespace('right')
  await lab.cable(
    {
      in: left,
      name: 'eth0',
      addresses: ['10.0.0.1/24', '10.0.0.9/24', '2001:db8::1/64', '2001:db8::9/64', 'fe80::1/64'],
    },
    { in: middle, name: 'eth0', addresses: ['10.0.0.2/24', '2001:db8::2/64', 'fe80::2/64'] },
  )
  await lab.cable(
    { in: middle, name: 'eth1', addresses: ['10.0.1.2/24', '2001:db8:1::2/64'] },
    { in: right, name: 'eth0', addresses: ['10.0.1.1/24', '2001:db8:1::1/64', 'fe80::3/64'] },
  )
  await middle.run(['sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1'])
  for (const [namespace, gateways] of [
    [left, ['10.0.0.2', '2001:db8::2', '10.0.1.0/24', '2001:db8:1::/64']],
    [right, ['10.0.1.2', '2001:db8:1::2', '10.0.0.0/24', '2001:db8::/64']],
  ] as const) {
    const [ipv4 = '', ipv6 = '', subnet4 = '', subnet6 = ''] = gateways
    await namespace.run(['ip', 'route', 'add', subnet4, 'via', ipv4])
    await namespace.run(['ip', '-6', 'route', 'add', subnet6, 'via', ipv6])
  }
  return { left, middle, near: startAgent(left), neighbour: startAgent(middle), far: startAgent(right) }
}
