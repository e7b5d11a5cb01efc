import { z } from 'zod'
import {
  type AdvertisementInterval,
  advertisementInterval,
  type ChecksumForm,
  type VirtualRouterId,
  virtualRouterId,
} from '../arp/vrrp/message.js'
import { parseDuration } from '../net/duration.js'
import { ok, refused } from '../net/result.js'
import { type InterfacePattern, parseInterfacePattern } from './interface-pattern.js'
import { flag, integer, scalar, text } from './scalar.js'
import type { Failover, Promiscuous } from './settings.js'
import { address, milliseconds, name, oneOf } from './value.js'

const interfacePattern = text<InterfacePattern>({
  wanted: 'the name of an interface, or a regular expression between slashes: /^eth/',
  json: { pattern: '^([^/\\s]{1,15}|/.+/)$', examples: ['eth0', '/^eth[0-9]+$/'] },
  read: parseInterfacePattern,
})

const idWanted = 'a whole number from 1 to 255'

const virtualRouter = scalar<VirtualRouterId>(
  { wanted: idWanted, json: { type: 'integer', minimum: 1, maximum: 255 } },
  (value) => {
    if (typeof value !== 'number') return undefined
    const id = virtualRouterId(value)
    return id === undefined ? refused(`${value} is not ${idWanted}`) : ok(id)
  },
)

/** RFC 9568 §5.2.7 counts in hundredths of a second. */
const interval = text<AdvertisementInterval>({
  wanted: 'a duration with its unit, such as 100ms',
  json: { pattern: '^([0-9]+(\\.[0-9]+)?(ms|s|m))+$', examples: ['100ms', '1s'] },
  read: (written) => {
    const parsed = parseDuration(written)
    if (!parsed.ok) return parsed
    const fitting = advertisementInterval(parsed.value / 10)
    return fitting === undefined
      ? refused(`'${written}' does not fit; VRRP counts in steps of 10ms, from 10ms to 40.95s`)
      : ok(fitting)
  },
})

const groupSchema = z.strictObject({
  name: name
    .optional()
    .meta({ description: 'Unique; what `group` of an announcement names.', default: 'default' }),
  virtualRouterId: virtualRouter.optional().meta({
    description: 'Tells this group from every other VRRP router of the LAN; the same on all nodes.',
    default: 51,
  }),
  priority: integer(1, 254)
    .optional()
    .meta({ description: 'The node that has the highest becomes the owner first.', default: 100 }),
  preempt: flag().optional().meta({
    description: 'Takes the addresses back from an owner of lower priority; default the owner stays.',
    default: false,
  }),
  preemptDelay: milliseconds(0, 1_000_000, '30s').optional().meta({
    description: 'How long an owner of lower priority is heard before that.',
    default: '0s',
  }),
  advertisementInterval: interval.optional().meta({
    description: 'From one sign of life to the next, 10ms to 40.95s; three missing ones are a failover.',
    default: '90ms',
  }),
  unicastPeers: z.array(address).optional().meta({
    description:
      'The other nodes, where multicast does not reach them; the other IP version stays multicast.',
    uniqueItems: true,
    minItems: 1,
  }),
  checksum: oneOf<ChecksumForm>(['without-pseudo-header', 'with-pseudo-header']).optional().meta({
    description:
      'Form of the IPv4 checksum until another router is heard: without is RFC 9568, with is what keepalived sends.',
    default: 'without-pseudo-header',
  }),
})

export const l2Schema = z.strictObject({
  interfaces: z.array(interfacePattern).optional().meta({
    description:
      'Where addresses are answered for; default the interface whose subnet holds the address. /REGEX/ is found anywhere in a name.',
    minItems: 1,
    uniqueItems: true,
  }),
  failover: oneOf<Failover>(['vrrp', 'none'])
    .optional()
    .meta({ description: 'One node of several answers, or this one always does.', default: 'vrrp' }),
  groups: z
    .array(groupSchema)
    .optional()
    .meta({ description: 'Addresses that move together; default one group.', minItems: 1 }),
  promiscuous: oneOf<Promiscuous>(['auto', 'on', 'off']).optional().meta({
    description: 'Whether interfaces take in frames for others: Wi-Fi needs it, and gets it by `auto`.',
    default: 'auto',
  }),
})

/** `l2` as the file has it. */
export type FileL2 = z.output<typeof l2Schema>
export type FileL2Group = z.output<typeof groupSchema>
