import t from 'tap'
import { problemsOf, type Refusal } from '../support/config.js'

const check = (written: string) => `bgp: { asn: 65001 }
announcements:
  - prefixes: [192.0.2.53/32]
    healthCheck: ${written}
`

const at = 'announcements[0].healthCheck'

const refused: readonly Refusal[] = [
  ['{}', `4:18: ${at}: checks nothing; write one of exec, tcp, http`],
  ['yes', `4:18: ${at}: is the text 'yes'; write a mapping of keys such as exec, tcp, http`],
  [
    '{ exec: [a], tcp: "192.0.2.10:443" }',
    `4:31: ${at}.tcp: stands beside exec; keep one, or let an exec check ask both`,
  ],
  [
    '{ exec: dig +short example.org }',
    `4:26: ${at}.exec: is no list, and no shell reads it; write [dig, +short, example.org]`,
  ],
  ['{ exec: [] }', `4:26: ${at}.exec: names no command; write [COMMAND, ARGUMENT]`],
  ['{ exec: [sleep, 5] }', `4:26: ${at}.exec: has 5, which is not text; quote it`],
  ['{ exec: [""] }', `4:26: ${at}.exec: names no command; write [COMMAND, ARGUMENT]`],
  [
    '{ exec: 5 }',
    `4:26: ${at}.exec: is the number 5; write the command and its arguments as a list: [COMMAND, ARGUMENT]`,
  ],
  ['{ exec: ["a\\0b"] }', `4:26: ${at}.exec: has a NUL character, which no argument can carry; remove it`],
  [
    '{ tcp: 192.0.2.10 }',
    `4:25: ${at}.tcp: '192.0.2.10' is not ADDRESS:PORT; write it like "192.0.2.10:443" or "[2001:db8::10]:443"`,
  ],
  [
    '{ tcp: "2001:db8::10:443" }',
    `4:25: ${at}.tcp: '2001:db8::10:443' is not ADDRESS:PORT; write it like "192.0.2.10:443" or "[2001:db8::10]:443"`,
  ],
  [
    '{ tcp: "localhost:53" }',
    `4:25: ${at}.tcp: 'localhost:53' is not ADDRESS:PORT; write it like "192.0.2.10:443" or "[2001:db8::10]:443"`,
  ],
  [
    '{ http: ftp://192.0.2.10/ }',
    `4:26: ${at}.http: 'ftp://192.0.2.10/' is not an http or https URL; write one like http://192.0.2.10:8080/ready`,
  ],
  [
    '{ http: 192.0.2.10/ready }',
    `4:26: ${at}.http: '192.0.2.10/ready' is not an http or https URL; write one like http://192.0.2.10:8080/ready`,
  ],
  [
    '{ http: "http://user:secret@192.0.2.10/" }',
    `4:26: ${at}.http: carries a user or password, which tables and logs would show; let an exec check send it`,
  ],
  ['{ http: 80 }', `4:26: ${at}.http: is the number 80; write a URL, or { url: URL, status: [200] }`],
  ['{ http: {} }', `4:26: ${at}.http: has no url; write { url: URL }`],
  [
    '{ http: { url: 5 } }',
    `4:33: ${at}.http.url: is the number 5; write a URL, such as http://192.0.2.10:8080/ready`,
  ],
  [
    '{ http: { url: nowhere } }',
    `4:33: ${at}.http.url: 'nowhere' is not an http or https URL; write one like http://192.0.2.10:8080/ready`,
  ],
  ['{ http: { ulr: "http://192.0.2.10/" } }', `4:28: ${at}.http.ulr: unknown key; did you mean 'url'?`],
  [
    '{ http: { url: "http://192.0.2.10/", status: [] } }',
    `4:63: ${at}.http.status: is empty; write [200], or leave it out for any 2xx`,
  ],
  [
    '{ http: { url: "http://192.0.2.10/", status: [200, 200] } }',
    `4:69: ${at}.http.status[1]: 200 is given twice, first in line 4; remove one`,
  ],
  [
    '{ http: { url: "http://192.0.2.10/", status: 200 } }',
    `4:63: ${at}.http.status: is the number 200; write a list, in [ ] or a line each after -`,
  ],
  [
    '{ http: { url: "http://192.0.2.10/", status: [99] } }',
    `4:64: ${at}.http.status[0]: 99 is not a whole number from 100 to 599`,
  ],
  [
    '{ http: { url: "http://192.0.2.10/", insecure: true } }',
    `4:55: ${at}.http.insecure: is for https, and this is http; remove it`,
  ],
  [
    '{ exec: [a], interval: 2 }',
    `4:41: ${at}.interval: is the number 2; write a duration with its unit, such as 2s`,
  ],
  ['{ exec: [a], interval: 50ms }', `4:41: ${at}.interval: '50ms' does not fit; it goes from 100ms to 24h`],
  ['{ exec: [a], interval: 48h }', `4:41: ${at}.interval: '48h' does not fit; it goes from 100ms to 24h`],
  [
    '{ exec: [a], timeout: 5s }',
    `4:40: ${at}.timeout: 5s is longer than the interval of 2s, and one check never meets the next; write 2s or less, or interval: 5s`,
  ],
  [
    '{ exec: [a], interval: 1s, timeout: 1500ms }',
    `4:54: ${at}.timeout: 1.5s is longer than the interval of 1s, and one check never meets the next; write 1s or less, or interval: 1.5s`,
  ],
  [
    '{ exec: [a], interval: 500ms, timeout: 600ms }',
    `4:57: ${at}.timeout: 600ms is longer than the interval of 500ms, and one check never meets the next; write 500ms or less, or interval: 600ms`,
  ],
  [
    '{ exec: [a], interval: fast, timeout: 1h }',
    `4:41: ${at}.interval: 'fast' is not a duration; write a number and its unit: 300ms, 90s, 2m, 1h30m`,
  ],
  ['{ exec: [a], rise: 0 }', `4:37: ${at}.rise: 0 is not a whole number from 1 to 100`],
  ['{ exec: [a], fall: 101 }', `4:37: ${at}.fall: 101 is not a whole number from 1 to 100`],
  [
    '{ exec: [a], disable: "" }',
    `4:40: ${at}.disable: is not a path; write one, absolute or relative to this file`,
  ],
  ['{ exec: [a], intervall: 2s }', `4:31: ${at}.intervall: unknown key; did you mean 'interval'?`],
]

t.ok(refused.length > 0)
for (const [written, ...problems] of refused) {
  t.test(`'${written}' as a health check is refused with its place and a remedy`, async (t) => {
    t.same(problemsOf(check(written)), problems)
  })
}
