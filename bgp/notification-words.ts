interface CodeRow {
  readonly code: number
  readonly name: string
  readonly subcodes: ReadonlyMap<number, string>
}

/** The IANA registries "BGP Error (Notification) Codes" and those of their subcodes, deprecated ones included. */
const rows: readonly CodeRow[] = [
  {
    code: 1,
    name: 'Message Header Error',
    subcodes: new Map([
      [1, 'Connection Not Synchronized'],
      [2, 'Bad Message Length'],
      [3, 'Bad Message Type'],
    ]),
  },
  {
    code: 2,
    name: 'OPEN Message Error',
    subcodes: new Map([
      [1, 'Unsupported Version Number'],
      [2, 'Bad Peer AS'],
      [3, 'Bad BGP Identifier'],
      [4, 'Unsupported Optional Parameter'],
      [5, 'Authentication Failure'],
      [6, 'Unacceptable Hold Time'],
      [7, 'Unsupported Capability'],
      [11, 'Role Mismatch'],
    ]),
  },
  {
    code: 3,
    name: 'UPDATE Message Error',
    subcodes: new Map([
      [1, 'Malformed Attribute List'],
      [2, 'Unrecognized Well-known Attribute'],
      [3, 'Missing Well-known Attribute'],
      [4, 'Attribute Flags Error'],
      [5, 'Attribute Length Error'],
      [6, 'Invalid ORIGIN Attribute'],
      [7, 'AS Routing Loop'],
      [8, 'Invalid NEXT_HOP Attribute'],
      [9, 'Optional Attribute Error'],
      [10, 'Invalid Network Field'],
      [11, 'Malformed AS_PATH'],
    ]),
  },
  { code: 4, name: 'Hold Timer Expired', subcodes: new Map() },
  {
    code: 5,
    name: 'Finite State Machine Error',
    subcodes: new Map([
      [1, 'Unexpected Message in OpenSent State'],
      [2, 'Unexpected Message in OpenConfirm State'],
      [3, 'Unexpected Message in Established State'],
    ]),
  },
  {
    code: 6,
    name: 'Cease',
    subcodes: new Map([
      [1, 'Maximum Number of Prefixes Reached'],
      [2, 'Administrative Shutdown'],
      [3, 'Peer De-configured'],
      [4, 'Administrative Reset'],
      [5, 'Connection Rejected'],
      [6, 'Other Configuration Change'],
      [7, 'Connection Collision Resolution'],
      [8, 'Out of Resources'],
      [9, 'Hard Reset'],
      [10, 'BFD Down'],
    ]),
  },
  { code: 7, name: 'ROUTE-REFRESH Message Error', subcodes: new Map([[1, 'Invalid Message Length']]) },
  { code: 8, name: 'Send Hold Timer Expired', subcodes: new Map() },
]

/** 'Cease/Administrative Shutdown (6/2)', 'Hold Timer Expired (4/0)', 'Cease (6/0)', 'Code 99 (99/1)'. */
export function notificationName({
  code,
  subcode,
}: {
  readonly code: number
  readonly subcode: number
}): string {
  const row = rows.find((candidate) => candidate.code === code)
  const subname = row?.subcodes.get(subcode)
  const name = row?.name ?? `Code ${code}`
  return `${subname === undefined ? name : `${name}/${subname}`} (${code}/${subcode})`
}
