/** The numbers of docs/security.md are those of the code. */
import { readFileSync } from 'node:fs'
import t from 'tap'

const page = readFileSync('docs/security.md', 'utf8')

interface Limit {
  readonly file: string
  /** As the code has it. */
  readonly code: string
  /** As the page has it, in one row of a table. */
  readonly row: readonly [what: string, limit: string]
}

const limits: readonly Limit[] = [
  { file: 'src/http/server.ts', code: 'MAX_CONNECTIONS = 64', row: ['HTTP connections', '64'] },
  { file: 'src/http/server.ts', code: 'MAX_STREAMS = 16', row: ['HTTP streams', '16'] },
  { file: 'src/http/server.ts', code: 'REQUEST_TIMEOUT = 5_000', row: ['an HTTP request to arrive', '5 s'] },
  { file: 'src/http/server.ts', code: 'MAX_HEADER_OCTETS = 8 * 1024', row: ['headers', '8 KiB'] },
  { file: 'src/http/events.ts', code: 'MAX_UNREAD_OCTETS = 256 * 1024', row: ['HTTP events', '256 KiB'] },
  { file: 'src/os/tcp-socket.ts', code: 'backlog = 128', row: ['kernel holds', '128'] },
  { file: 'src/transport/waiting-room.ts', code: 'mostWaiting = 64', row: ['nobody has claimed', '64,'] },
  {
    file: 'src/transport/waiting-room.ts',
    code: 'longestWaitMs = 10_000',
    row: ['nobody has claimed', '10 s'],
  },
  { file: 'src/speaker/call-rate.ts', code: 'CALLS = 20', row: ['from one address', '20 at once'] },
  { file: 'src/speaker/call-rate.ts', code: 'CALLS_PER_SECOND = 2', row: ['from one address', '2 a second'] },
  { file: 'src/speaker/call-rate.ts', code: 'ADDRESSES = 4096', row: ['from one address', '4096 addresses'] },
  {
    file: 'src/speaker/strangers.ts',
    code: 'QUIET_MS = 10_000',
    row: ['log lines about them', 'one in 10 s'],
  },
  { file: 'config/peers.ts', code: 'limit = 100 } = range', row: ['dynamicPeers', '100 unless'] },
  { file: 'bgp/codec/context.ts', code: 'MAX_MESSAGE_LENGTH = 4096', row: ['octets of a message', '4096'] },
  {
    file: 'bgp/codec/context.ts',
    code: 'MAX_EXTENDED_MESSAGE_LENGTH = 65535',
    row: ['octets of a message', '65535'],
  },
  { file: 'src/speaker/wire.ts', code: 'SLICE = 8 * 1024', row: ['in one turn', '8 KiB'] },
  { file: 'bgp/rib/adj-rib-in.ts', code: 'SHOWN = 10_000', row: ['herald routes received', '10,000'] },
  {
    file: 'bgp/rib/adj-rib-in.ts',
    code: 'SHOWN_OCTETS = 64 * 1024 * 1024',
    row: ['herald routes received', '64 MiB'],
  },
  { file: 'src/daemon/line-limit.ts', code: 'LINES = 10', row: ['one peer can cause', '10 in'] },
  { file: 'src/daemon/line-limit.ts', code: 'WINDOW_MS = 60_000', row: ['one peer can cause', '60 s'] },
  {
    file: 'src/daemon/event-log.ts',
    code: 'QUOTED_OCTETS = 512',
    row: ['one peer can cause', '512'],
  },
  { file: 'src/os/packet-socket.ts', code: 'longestFrame = 2048', row: ['octets of a frame', '2048'] },
  { file: 'src/os/packet-socket.ts', code: 'receiveBuffer = 4 << 20', row: ['wait to be read', '4 MiB'] },
  { file: 'config/l2-shares.ts', code: 'MAX_L2_ADDRESSES = 4096', row: ['virtual IPs', '4096'] },
  { file: 'arp/segment/members.ts', code: 'most = 64', row: ['other nodes', '64'] },
  { file: 'src/os/router-discovery-socket.ts', code: 'longest = 2048', row: ['router discovery', '2048'] },
  { file: 'src/unnumbered/links.ts', code: 'MOST_PER_TICK = 64', row: ['router discovery', '64 in'] },
  { file: 'src/unnumbered/links.ts', code: 'TICK_MS = 250', row: ['router discovery', '250 ms'] },
  { file: 'src/control/server.ts', code: 'MAX_CONNECTIONS = 256', row: ['connections', '256'] },
  { file: 'src/control/server.ts', code: 'MAX_STREAMS = 32', row: ['event streams', '32'] },
  { file: 'src/control/server.ts', code: 'REQUEST_TIMEOUT = 5_000', row: ['a request to arrive', '5 s'] },
  {
    file: 'src/control/event-stream.ts',
    code: 'MAX_UNREAD_OCTETS = 1024 * 1024',
    row: ['leaves unread', '1 MiB'],
  },
  {
    file: 'src/control/request-body.ts',
    code: 'MAX_BODY_OCTETS = 1024 * 1024',
    row: ['octets of a body', '1 MiB'],
  },
  {
    file: 'src/control/request-body.ts',
    code: 'MAX_LINES_OCTETS = 256 * 1024 * 1024',
    row: ['octets of a body', '256 MiB'],
  },
  {
    file: 'src/control/routes.ts',
    code: 'MAX_ROUTE_LIMIT = 100_000',
    row: ['routes in an answer', '100,000'],
  },
  {
    file: 'src/control/service.ts',
    code: 'DEFAULT_ROUTE_LIMIT = 10_000',
    row: ['routes in an answer', '10,000'],
  },
  {
    file: 'config/announcements.ts',
    code: 'MAX_PREFIXES = 2 ** 22',
    row: ['announced prefixes', '4,194,304'],
  },
  {
    file: 'config/load.ts',
    code: 'MAX_FILE_OCTETS = 16 * 1024 * 1024',
    row: ['octets of the configuration', '16 MiB'],
  },
  { file: 'config/nesting.ts', code: 'MAX_NESTING = 200', row: ['octets of the configuration', '200'] },
  {
    file: 'config/prefixes-file.ts',
    code: 'MAX_PREFIXES_FILE_OCTETS = 256 * 1024 * 1024',
    row: ['prefixesFile', '256 MiB'],
  },
  { file: 'config/peer-schema.ts', code: 'MAX_KEY_OCTETS = 80', row: ['octets of a key', '80'] },
  { file: 'src/health/gate.ts', code: 'MAX_COMMANDS = 128', row: ['at a time', '128'] },
  { file: 'src/health/tail.ts', code: 'KEPT_OCTETS = 4096', row: ["command's output", '4096'] },
  { file: 'src/control/socket-file.ts', code: 'SOCKET_MODE = 0o660', row: ['the control socket', '0660'] },
  {
    file: 'src/daemon/unprivileged.ts',
    code: 'STATE_DIRECTORY_MODE = 0o700',
    row: ['the state directory', '0700'],
  },
  { file: 'config/secret-file.ts', code: 'readFile(path, 4096)', row: ['key files', '4096'] },
]

t.ok(limits.length > 30)
for (const { file, code, row } of limits) {
  t.test(`${file}: ${code}`, async (t) => {
    t.ok(readFileSync(file, 'utf8').includes(code), 'the code has it so')
    const [what, limit] = row
    const rows = page.split('\n').filter((line) => line.startsWith('|') && line.includes(what))
    t.ok(
      rows.some((line) => line.includes(limit)),
      `the page says ${limit} of ${what}`,
    )
  })
}
