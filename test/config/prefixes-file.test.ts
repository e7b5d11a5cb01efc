import t from 'tap'
import { classify } from '../../config/diff.js'
import { rangesOf } from '../../net/prefix-set.js'
import { load, problemsOf, settingsOf } from '../support/config.js'

const yaml = (keys = '') => `bgp: { asn: 65001 }
announcements:
  - name: many
    prefixesFile: many.txt
${keys}`

const files = (text: string) => ({ '/etc/herald/many.txt': text })

t.test('the file stands beside the configuration, whoever may read it', async (t) => {
  const open = { '/etc/herald/many.txt': { text: '192.0.2.1\n2001:db8::/48\n', mode: 0o644 } }
  const [announcement] = settingsOf(yaml('    med: 5\n'), open).announcements
  t.same(
    [...rangesOf(announcement!.prefixes)].map(({ first }) => first),
    ['192.0.2.1/32', '2001:db8::/48'],
  )
  t.match(announcement, { kind: 'prefixes', prefixesFile: '/etc/herald/many.txt', path: { med: 5 } })
})

t.test('every wrong line is told with its file and its number', async (t) => {
  const loaded = load(yaml('    med: -1\n'), files('192.0.2.1\nnonsense\n192.0.2.1/24\n192.0.2.1\n'))
  t.same(problemsOf(yaml('    med: -1\n'), files('192.0.2.1\nnonsense\n192.0.2.1/24\n192.0.2.1\n')), [
    '5:10: announcements[0].med: -1 is not a whole number from 0 to 4294967295',
    "/etc/herald/many.txt:2: 'nonsense' is not an IPv4 or IPv6 address",
    "/etc/herald/many.txt:3: '192.0.2.1/24' has host bits set; write 192.0.2.0/24, or 192.0.2.1/32 for that one address",
    '/etc/herald/many.txt:4: 192.0.2.1/32 is in line 1 already; remove one of them',
  ])
  t.notOk(loaded.ok)
})

t.test('of very many the first twenty are told', async (t) => {
  const problems = problemsOf(yaml(), files('x\n'.repeat(5000)))
  t.equal(problems.length, 21)
  t.equal(problems.at(-1), '/etc/herald/many.txt:20: and 4980 more after this line')
})

t.test('a file that is not there is a mistake of the configuration', async (t) => {
  t.same(problemsOf(yaml()), [
    '4:19: announcements[0].prefixesFile: /etc/herald/many.txt cannot be read: there is no such file',
  ])
})

t.test('it stands alone, as every kind of prefixes does', async (t) => {
  t.same(problemsOf(yaml('    prefixes: [192.0.2.2/32]\n'), files('192.0.2.1\n')), [
    '4:5: announcements[0].prefixesFile: stands beside prefixes; give each an announcement of its own',
  ])
})

t.test('a reload says how many come and go', async (t) => {
  const before = settingsOf(yaml(), files('192.0.2.1\n192.0.2.2\n'))
  const after = settingsOf(yaml(), files('192.0.2.2\n192.0.2.3\n192.0.2.9\n'))
  t.same(
    classify(before, after).flatMap(({ lines }) => lines),
    ['announcement many: prefixes 2 -> 3 (+2, -1) (at once, no session resets)'],
  )
  t.same(classify(before, before), [])
})
