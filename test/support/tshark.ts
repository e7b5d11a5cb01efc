/** Captured frames as tshark dissects them. */
import { run } from './command.js'

/** The values of each field of one frame, in the order of its octets. */
export type FieldsOf<Field extends string> = Readonly<Record<Field, readonly string[]>>

const separator = '\x1f'

/** One row for each frame of the file. @param options before the fields: how to dissect, a display filter */
export async function readFields<const Field extends string>(
  file: string,
  options: readonly string[],
  fields: readonly Field[],
): Promise<readonly FieldsOf<Field>[]> {
  const printed = await run([
    ...['tshark', '-r', file, ...options, '-T', 'fields', '-E', 'occurrence=a'],
    ...['-E', 'separator=/t', '-E', `aggregator=${separator}`],
    ...fields.flatMap((field) => ['-e', field]),
  ])
  const lines = printed.split('\n').filter((line) => line !== '')
  return lines.map((line) => {
    const columns = line.split('\t')
    const values = fields.map((field, i) => {
      const column = columns[i] ?? ''
      return [field, column === '' ? [] : column.split(separator)] as const
    })
    return Object.fromEntries(values) as unknown as FieldsOf<Field>
  })
}

/** What tshark finds wrong with a frame: malformed, or an expert warning or error. */
export interface Complaint {
  readonly frame: number
  readonly from: string
  readonly severity: 'warning' | 'error'
  readonly text: string
}

/** What `complaintsOf` needs. */
export const expertFields = [
  'frame.number',
  '_ws.expert.severity',
  '_ws.expert.group',
  '_ws.expert.message',
  '_ws.malformed',
] as const

/** epan/proto.h: PI_WARN, PI_ERROR; the group PI_SEQUENCE is TCP's own (retransmissions, resets) and ARP's (two stations of one address). */
const severities = new Map<number, Complaint['severity']>([
  [0x00600000, 'warning'],
  [0x00800000, 'error'],
])
const sequenceGroup = 0x02000000

export function complaintsOf(row: FieldsOf<(typeof expertFields)[number]>, from: string): Complaint[] {
  const frame = Number(row['frame.number'][0])
  const found = row['_ws.expert.severity'].flatMap((value, index): Complaint[] => {
    const severity = severities.get(Number(value))
    if (severity === undefined || Number(row['_ws.expert.group'][index]) === sequenceGroup) return []
    return [{ frame, from, severity, text: row['_ws.expert.message'][index] ?? '' }]
  })
  const silent = row['_ws.malformed'].length > 0 && found.length === 0
  return silent ? [{ frame, from, severity: 'error', text: 'malformed' }] : found
}
