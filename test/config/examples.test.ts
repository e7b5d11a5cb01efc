import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { readDisk } from '../../config/files.js'
import { loadConfig } from '../../config/load.js'
import { formatProblem } from '../../config/problem.js'
import { summarize } from '../../config/summary.js'
import { environment } from '../support/config.js'

const folder = new URL('../../../config/examples/', import.meta.url)
const files = readdirSync(folder)

/** What each shipped example means; one that is not here fails. */
const summaries: Readonly<Record<string, string>> = {
  'minimal.yaml': 'AS 65001, 1 peer, 2 announcements (2 prefixes)',
  'full.yaml': 'AS 65001, 2 peers, 1 range of dynamic peers, L2 in 2 groups, 3 announcements (23 prefixes)',
  'l2.yaml': 'L2 in 1 group, 1 announcement (11 prefixes)',
  'ibgp.yaml': 'AS 65001, 2 peers, 2 announcements (17 prefixes)',
  'unnumbered.yaml': 'AS 4227858443, 2 peers, 1 announcement (2 prefixes)',
  'anycast-dns.yaml': 'AS 65001, 1 peer, 3 announcements (4 prefixes)',
  'dynamic-peers.yaml': 'AS 65001, 0 peers, 2 ranges of dynamic peers, 2 announcements (2 prefixes)',
  'two-uplinks.yaml': 'AS 65001, 2 peers, 2 announcements (4 prefixes)',
}

t.ok(files.length >= 2, 'there are examples')

for (const file of files) {
  t.test(`${file} is valid and means what it says`, async (t) => {
    const loaded = loadConfig(new URL(file, folder).pathname, {
      ...environment,
      readFile: (path, limit) =>
        path.endsWith('.key')
          ? { ok: true, value: { bytes: new TextEncoder().encode('key\n'), mode: 0o600 } }
          : readDisk(path, limit),
    })
    t.equal(
      loaded.ok ? summarize(loaded.settings) : loaded.problems.map(formatProblem).join('\n'),
      summaries[file],
    )
  })
}

t.test('an example that names key files says how they are made', async (t) => {
  const texts = files.map((file) => readFileSync(new URL(file, folder), 'utf8'))
  const keyed = texts.filter((text) => text.includes('passwordFile: '))
  t.ok(keyed.length > 0)
  for (const text of keyed) t.match(text, /^# .*\(umask 077; .*openssl rand -base64 24 > \S+\.key/m)
})

t.test('every example begins with a comment that says what it is for', async (t) => {
  for (const file of files) t.match(readFileSync(new URL(file, folder), 'utf8'), /^# \S.+\n/, file)
})
