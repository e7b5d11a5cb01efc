import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { runHerald } from './run-herald.js'

const valid = `bgp:
  asn: 65001
  peers:
    - address: 10.0.0.1
      asn: 65000
announcements:
  - podCIDRs: [10.244.1.0/24]
`

const wrong = `bgp:
  asn: 65001
  holdtime: 90s
  peers:
    - address: 10.0.0.300
      asn: 65000
announcements:
  - podCIDRs: [10.244.1.1/24]
`

t.test('a valid file is a line on stdout and exit 0', async (t) => {
  const file = join(t.testdir({ 'herald.yaml': valid }), 'herald.yaml')
  t.same(await runHerald(['check', file]), {
    code: 0,
    stdout: `${file} is valid: AS 65001, 1 peer, 1 announcement (1 prefix)\n`,
    stderr: '',
  })
})

t.test('the file may be named as `herald run` takes it, and only once', async (t) => {
  const file = join(t.testdir({ 'herald.yaml': valid }), 'herald.yaml')
  t.match(await runHerald(['check', '-c', file]), { code: 0, stdout: `${file} is valid` })
  t.match(await runHerald(['check', file, '-c', file]), { code: 2, stderr: /name one file/ })
})

t.test('every mistake is a line on stderr with its place, and exit 1', async (t) => {
  const file = join(t.testdir({ 'herald.yaml': wrong }), 'herald.yaml')
  const { code, stdout, stderr } = await runHerald(['check', file])
  t.equal(code, 1)
  t.equal(stdout, '')
  const lines = stderr.trimEnd().split('\n')
  t.equal(lines.length, 3)
  t.match(lines[0], `${file}:3:3: bgp.holdtime: `)
  t.match(lines[1], `${file}:5:16: bgp.peers[0].address: `)
  t.match(lines[2], `${file}:8:16: announcements[0].podCIDRs[0]: `)
})

t.test('-o json lists the mistakes with their places, and no settings', async (t) => {
  const file = join(t.testdir({ 'herald.yaml': wrong }), 'herald.yaml')
  const { code, stdout, stderr } = await runHerald(['check', file, '-o', 'json'])
  t.equal(code, 1)
  t.equal(stderr, '')
  t.match(JSON.parse(stdout), {
    valid: false,
    problems: [{ file, line: 3, column: 3, path: 'bgp.holdtime' }, { line: 5 }, { line: 8 }],
  })
  writeFileSync(file, valid)
  t.same(JSON.parse((await runHerald(['check', file, '-o', 'json'])).stdout), {
    valid: true,
    problems: [],
    warnings: [],
  })
})

t.test('a file that is not there is named, and exit 1', async (t) => {
  t.match(await runHerald(['check', '/nowhere/herald.yaml']), {
    code: 1,
    stderr: '/nowhere/herald.yaml: cannot be read: there is no such file\n',
  })
})
