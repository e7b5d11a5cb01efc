import type { L2State, L2Summary } from '../control/api/l2.js'
import type { AddressReport, InterfaceReport } from '../l2/report.js'
import { type Row, type Sample, truth } from './row.js'

/** By their names in `herald l2`. */
const states: Readonly<Record<L2State, keyof L2Summary>> = {
  owner: 'owner',
  backup: 'backup',
  probing: 'probing',
  contested: 'contested',
  nowhere: 'nowhere',
  'held-back': 'heldBack',
  'out-of-service': 'outOfService',
}

const addressLabels = ['address', 'group', 'interface']
const labelsOf = ({ address, group, interface: name }: AddressReport) => [address, group, name ?? '']

function ofAddresses(value: (address: AddressReport) => number | undefined): Row['samples'] {
  return ({ lan }) =>
    lan.addresses.flatMap((address): Sample[] => {
      const known = value(address)
      return known === undefined ? [] : [{ labels: labelsOf(address), value: known }]
    })
}

function ofInterfaces(value: (link: InterfaceReport) => number): Row['samples'] {
  return ({ lan }) => lan.interfaces.map((link) => ({ labels: [link.interface], value: value(link) }))
}

/** Virtual IPs on the LAN, and the interfaces they are answered on. */
export const lanRows: readonly Row[] = [
  {
    name: 'herald_l2_addresses',
    type: 'gauge',
    help: 'Virtual IPs by their state on this node.',
    labels: ['state'],
    samples: ({ status: { l2 } }) =>
      l2 === undefined
        ? []
        : Object.entries(states).map(([state, key]) => ({ labels: [state], value: l2[key] })),
  },
  {
    name: 'herald_l2_address_owner',
    type: 'gauge',
    help: 'Whether this node answers for the virtual IP.',
    labels: addressLabels,
    samples: ofAddresses(({ state }) => truth(state === 'owner')),
  },
  {
    name: 'herald_l2_requests_answered_total',
    type: 'counter',
    help: 'ARP requests and neighbour solicitations answered for the virtual IP.',
    labels: addressLabels,
    samples: ofAddresses(({ answered }) => answered),
  },
  {
    name: 'herald_l2_conflicts_total',
    type: 'counter',
    help: 'Claims of the virtual IP by stations that are no node of its group.',
    labels: addressLabels,
    samples: ofAddresses(({ conflicts }) => conflicts),
  },
  {
    name: 'herald_l2_last_failover_seconds',
    type: 'gauge',
    help: 'From the last sign of life of an owner that was gone until this node took the virtual IP over.',
    labels: addressLabels,
    samples: ofAddresses(({ lastFailover }) => lastFailover && lastFailover.milliseconds / 1000),
  },
  {
    name: 'herald_l2_interface_up',
    type: 'gauge',
    help: 'Whether the interface is up and has a carrier.',
    labels: ['interface'],
    samples: ofInterfaces(({ up }) => truth(up)),
  },
  {
    name: 'herald_l2_frames_ignored_total',
    type: 'counter',
    help: 'Frames of ARP, NDP and VRRP that were not answered or not taken, by the reason.',
    labels: ['interface', 'reason'],
    samples: ({ lan }) =>
      lan.interfaces.flatMap(({ interface: name, ignored }) =>
        Object.entries(ignored).map(([reason, value]) => ({ labels: [name, reason], value })),
      ),
  },
  {
    name: 'herald_l2_frames_dropped_total',
    type: 'counter',
    help: 'Frames that the kernel dropped because they were not read in time.',
    labels: ['interface'],
    samples: ofInterfaces(({ dropped }) => dropped),
  },
]
