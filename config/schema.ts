import { z } from 'zod'
import { announcementSchema } from './announcement-schema.js'
import { l2Schema } from './l2-schema.js'
import { dynamicPeerSchema, peerDefaultsSchema, peerSchema } from './peer-schema.js'
import { DEFAULT_HTTP, DEFAULT_SOCKET, DEFAULT_STATE_DIRECTORY, type LogLevel } from './settings.js'
import { asNumber, endpoint, endpointLike, nodeName, oneOf, path, routerId, seconds } from './value.js'

/** The file: one source for validation, types, the JSON Schema and the reference. */
export const fileSchema = z
  .strictObject({
    node: nodeName.optional().meta({ description: "This node's name; default the host's." }),
    bgp: z
      .strictObject({
        asn: asNumber.optional().meta({ description: 'Our AS: 1–4294967295, or asdot in quotes: "1.10".' }),
        routerId: routerId
          .optional()
          .meta({ description: 'BGP identifier; default an IPv4 address of this host.' }),
        listen: z
          .array(endpoint)
          .optional()
          .meta({
            description:
              'Where sessions are accepted; [] is nowhere. One that cannot be bound is an error if it is written here, else a warning.',
            default: ['0.0.0.0:179', '[::]:179'],
            uniqueItems: true,
          }),
        peerDefaults: peerDefaultsSchema
          .optional()
          .meta({ description: "Any key of a peer; a peer's own key wins." }),
        peers: z.array(peerSchema).optional().meta({ description: 'Routers to peer with.' }),
        dynamicPeers: z
          .array(dynamicPeerSchema)
          .optional()
          .meta({ description: 'Ranges from which any router may connect; a listed peer goes first.' }),
      })
      .optional()
      .meta({ description: 'BGP-4 speaker.', required: ['asn'] }),
    l2: l2Schema.optional().meta({ description: 'Answering ARP and NDP on the LAN; `{}` is enough.' }),
    announcements: z.array(announcementSchema).optional().meta({
      description:
        'What this node announces. Where two announcements want a prefix towards one peer, the first one decides.',
    }),
    drain: z
      .strictObject({
        wait: seconds(0, 86400, '30s').optional().meta({
          description: 'How long routers have to move traffic elsewhere before the routes are withdrawn.',
          default: '10s',
        }),
      })
      .optional()
      .meta({ description: 'Taking this node out of service: `herald drain`.' }),
    control: z
      .strictObject({
        socket: path.optional().meta({ description: 'The unix socket of the CLI.', default: DEFAULT_SOCKET }),
        stateDirectory: path
          .optional()
          .meta({ description: 'What survives restarts is kept here.', default: DEFAULT_STATE_DIRECTORY }),
      })
      .optional()
      .meta({ description: 'Where the daemon is spoken to.' }),
    http: z
      .strictObject({
        listen: endpointLike('127.0.0.1:9179', '[::1]:9179').optional().meta({
          description: 'Who may reach it: 127.0.0.1 is this host alone, 0.0.0.0 or [::] everybody.',
          default: DEFAULT_HTTP,
        }),
      })
      .optional()
      .meta({ description: 'Metrics, health and a page to look at, all of it read-only; off when absent.' }),
    log: z
      .strictObject({
        level: oneOf<LogLevel>(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
          .optional()
          .meta({ description: 'What is logged.', default: 'info' }),
      })
      .optional()
      .meta({ description: 'Logging.' }),
  })
  .meta({
    title: 'herald configuration',
    description: 'Configuration of the herald daemon.',
    anyOf: [{ required: ['bgp'] }, { required: ['l2'] }],
  })

/** The file as it was written: every value read, nothing filled in, nothing held against anything else. */
export type FileSettings = z.output<typeof fileSchema>
