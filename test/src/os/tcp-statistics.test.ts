import t from 'tap'
import { dropsSince, parseTcpDrops, readTcpDrops } from '../../../src/os/tcp-statistics.js'
import { run } from '../../support/command.js'

t.test('the counters are found by name', async (t) => {
  const text = `TcpExt: SyncookiesSent TCPMD5NotFound TCPMD5Unexpected TCPMD5Failure TCPMinTTLDrop TCPSackShifted
TcpExt: 9 1 2 3 4 8
IpExt: InNoRoutes InTruncatedPkts
IpExt: 7 6
`
  t.same(parseTcpDrops(text), { notFound: 1, unexpected: 2, failure: 3, minTtl: 4 })
})

const nothing = { notFound: 0, unexpected: 0, failure: 0, minTtl: 0 }

t.test('a kernel without TCP MD5 and GTSM has dropped nothing', async (t) => {
  t.same(parseTcpDrops('TcpExt: SyncookiesSent\nTcpExt: 9\n'), nothing)
  t.same(parseTcpDrops(''), nothing)
})

t.test('what counts is how much they grew', async (t) => {
  const before = { notFound: 1, unexpected: 2, failure: 3, minTtl: 4 }
  const grown = dropsSince(before, { notFound: 11, unexpected: 2, failure: 4, minTtl: 4 })
  t.same(grown, { notFound: 10, unexpected: 0, failure: 1, minTtl: 0 })
})

t.test("this kernel's counters are numbers", async (t) => {
  const counts = Object.values(readTcpDrops() ?? {})
  t.equal(counts.length, 4)
  for (const count of counts) t.ok(Number.isInteger(count))
})

t.test('without a descriptor they are unknown, not zero', async (t) => {
  const drops = `${new URL('../../../src/os/tcp-statistics.js', import.meta.url)}`
  // The module is there before the last descriptor is gone.
  const script = `
    const { openSync, writeSync } = await import('node:fs')
    const { readTcpDrops } = await import('${drops}')
    try { for (;;) openSync('/dev/null') } catch {}
    writeSync(1, String(readTcpDrops()))`
  const stdout = await run([
    ...['prlimit', '--nofile=64:64', process.execPath, '--input-type=module', '--eval', script],
  ])
  t.equal(stdout, 'undefined')
})
