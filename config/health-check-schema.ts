import { z } from 'zod'
import { ok, type Result, refused } from '../net/result.js'
import { flag, integer, scalar, text } from './scalar.js'
import { endpointLike, milliseconds, path } from './value.js'

/** The command and its arguments, whole: an item alone can be right and the list still be a line for a shell. */
const argv = scalar<readonly [string, ...string[]]>(
  {
    wanted: 'the command and its arguments as a list: [COMMAND, ARGUMENT]',
    json: {
      type: 'array',
      items: { type: 'string' },
      minItems: 1,
      examples: [['/usr/local/bin/check-dns', '--fast']],
    },
  },
  (value) => {
    if (typeof value === 'string') {
      const words = value.split(/\s+/).filter((word) => word !== '')
      return refused(`is no list, and no shell reads it; write [${words.join(', ')}]`)
    }
    return Array.isArray(value) ? readArgv(value) : undefined
  },
)

function readArgv(items: readonly unknown[]): Result<readonly [string, ...string[]]> {
  const odd = items.find((item) => typeof item !== 'string')
  if (odd !== undefined) return refused(`has ${JSON.stringify(odd)}, which is not text; quote it`)
  const [command = '', ...rest] = items.filter((item) => typeof item === 'string')
  if (command === '') return refused('names no command; write [COMMAND, ARGUMENT]')
  return [command, ...rest].some((word) => word.includes('\0'))
    ? refused('has a NUL character, which no argument can carry; remove it')
    : ok([command, ...rest])
}

const url = text<string>({
  wanted: 'a URL, such as http://192.0.2.10:8080/ready',
  json: { format: 'uri', examples: ['http://192.0.2.10:8080/ready'] },
  // Judged where it is resolved, so that the mapping and the short form say the same.
  read: ok,
})

const http = z.union(
  [
    url,
    z
      .strictObject({
        url: url.optional().meta({ description: 'http or https; redirects are not followed.' }),
        status: z
          .array(integer(100, 599))
          .optional()
          .meta({
            description: 'Statuses that pass; default any 2xx.',
            minItems: 1,
            uniqueItems: true,
            examples: [[200, 204]],
          }),
        insecure: flag()
          .optional()
          .meta({ description: 'Takes a certificate that cannot be verified.', default: false }),
      })
      .meta({ required: ['url'] }),
  ],
  { error: 'write a URL, or { url: URL, status: [200] }' },
)

export const healthCheckSchema = z
  .strictObject({
    exec: argv.optional().meta({ description: 'A command, without a shell; exit status 0 passes.' }),
    tcp: endpointLike('192.0.2.10:443', '[2001:db8::10]:443')
      .optional()
      .meta({ description: 'A connection that is accepted passes.' }),
    http: http.optional().meta({ description: 'GET of a URL; any 2xx passes.' }),
    interval: milliseconds(100, 86_400_000, '2s')
      .optional()
      .meta({ description: 'From the start of one check to the next.', default: '2s' }),
    timeout: milliseconds(10, 86_400_000, '1s').optional().meta({
      description:
        'What takes longer has failed; at most the interval, which is the default where it is shorter.',
      default: '1s',
    }),
    rise: integer(1, 100).optional().meta({ description: 'Successes in a row to announce.', default: 2 }),
    fall: integer(1, 100).optional().meta({ description: 'Failures in a row to withdraw.', default: 3 }),
    disable: path
      .optional()
      .meta({ description: 'While this file exists, the announcement is withdrawn: `touch` drains it.' }),
  })
  .meta({ oneOf: [{ required: ['exec'] }, { required: ['tcp'] }, { required: ['http'] }] })

/** A health check as the file has it. */
export type FileHealthCheck = z.output<typeof healthCheckSchema>
