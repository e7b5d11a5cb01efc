import { z } from 'zod'
import { parsePrefix } from '../net/prefix.js'
import { type AddressSpan, announceable, parseSpan } from './announceable.js'
import { healthCheckSchema } from './health-check-schema.js'
import { integer, text } from './scalar.js'
import type { Via } from './settings.js'
import { community, name, oneOf, path, prefixForm } from './value.js'

const prefixToAnnounce = text({
  ...prefixForm,
  read: (written) => {
    const prefix = parsePrefix(written)
    return prefix.ok ? announceable(prefix.value) : prefix
  },
})

const addressSpan = text<AddressSpan>({
  wanted: 'an address, FIRST-LAST or a prefix',
  json: {
    pattern: '^[0-9A-Fa-f:.]+(/[0-9]{1,3}|\\s*-\\s*[0-9A-Fa-f:.]+)?$',
    examples: ['192.0.2.10', '192.0.2.20-192.0.2.29', '192.0.2.64/29'],
  },
  read: parseSpan,
})

const via = oneOf<Via>(['bgp', 'l2'])

export const announcementSchema = z
  .strictObject({
    name: name.optional().meta({
      description: 'Unique; default the kind (`podCIDRs`), numbered from the second on (`podCIDRs-2`).',
    }),
    podCIDRs: z
      .array(prefixToAnnounce)
      .optional()
      .meta({ description: 'Ranges that pods of this node live in.' }),
    loadBalancerIPs: z.array(addressSpan).optional().meta({
      description: 'Addresses, ranges and prefixes of services, each address announced as a host route.',
    }),
    prefixes: z
      .array(prefixToAnnounce)
      .optional()
      .meta({ description: 'Prefixes that are neither: anycast, ClusterIP ranges, loopbacks.' }),
    prefixesFile: path.optional().meta({
      description:
        'File with such prefixes, and addresses, one a line; `#` begins a comment. Relative to this file, read again with each reload.',
    }),
    via: z.array(via).optional().meta({
      description:
        'How they are announced; default by all that is configured, l2 for single addresses alone.',
      minItems: 1,
      uniqueItems: true,
    }),
    communities: z.array(community).optional().meta({
      description: 'Standard 65001:100, large 65001:1:2, extended rt:65001:100, or a well-known name.',
    }),
    localPreference: integer(0, 4294967295)
      .optional()
      .meta({ description: 'LOCAL_PREF, sent to internal peers only.', default: 100 }),
    med: integer(0, 4294967295).optional().meta({ description: 'MULTI_EXIT_DISC.' }),
    asPathPrepend: integer(0, 100).optional().meta({
      description: 'How many times more our AS stands in the path towards external peers.',
      default: 0,
    }),
    aggregateLength: z
      .strictObject({
        ipv4: integer(8, 32).optional().meta({ description: 'Length of IPv4 prefixes.', default: 32 }),
        ipv6: integer(16, 128).optional().meta({ description: 'Length of IPv6 prefixes.', default: 128 }),
      })
      .optional()
      .meta({ description: 'Announces the prefixes of this length that hold the loadBalancerIPs instead.' }),
    peers: z
      .array(name)
      .optional()
      .meta({ description: 'Names of peers; default all.', minItems: 1, uniqueItems: true }),
    group: name
      .optional()
      .meta({ description: 'Of `l2.groups`: the addresses that these move with; default the first.' }),
    healthCheck: healthCheckSchema.optional().meta({
      description: 'Announced only while this check passes; absent means always.',
    }),
  })
  .meta({
    oneOf: [
      { required: ['podCIDRs'] },
      { required: ['loadBalancerIPs'] },
      { required: ['prefixes'] },
      { required: ['prefixesFile'] },
    ],
  })

/** An announcement as the file has it. */
export type FileAnnouncement = z.output<typeof announcementSchema>
