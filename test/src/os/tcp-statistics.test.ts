import t from 'tap'
import { md5DropsSince, parseTcpMd5Drops, readTcpMd5Drops } from '../../../src/os/tcp-statistics.js'

t.test('the counters are found by name', async (t) => {
  const text = `TcpExt: SyncookiesSent TCPMD5NotFound TCPMD5Unexpected TCPMD5Failure TCPSackShifted
TcpExt: 9 1 2 3 8
IpExt: InNoRoutes InTruncatedPkts
IpExt: 7 6
`
  t.same(parseTcpMd5Drops(text), { notFound: 1, unexpected: 2, failure: 3 })
})

t.test('a kernel without TCP MD5 has dropped nothing', async (t) => {
  t.same(parseTcpMd5Drops('TcpExt: SyncookiesSent\nTcpExt: 9\n'), { notFound: 0, unexpected: 0, failure: 0 })
  t.same(parseTcpMd5Drops(''), { notFound: 0, unexpected: 0, failure: 0 })
})

t.test('what counts is how much they grew', async (t) => {
  const before = { notFound: 1, unexpected: 2, failure: 3 }
  const grown = md5DropsSince(before, { notFound: 11, unexpected: 2, failure: 4 })
  t.same(grown, { notFound: 10, unexpected: 0, failure: 1 })
})

t.test("this kernel's counters are numbers", async (t) => {
  for (const count of Object.values(readTcpMd5Drops())) t.ok(Number.isInteger(count))
})
