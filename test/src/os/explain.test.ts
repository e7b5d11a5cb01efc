import t from 'tap'
import type { Ip } from '../../../net/ip.js'
import type { Prefix } from '../../../net/prefix.js'
import { type Attempt, explain } from '../../../src/os/explain.js'
import { OsError } from '../../../src/os/os-error.js'

const on179 = { address: '0.0.0.0' as Ip, port: 179 }

const rows: readonly { attempt: Attempt; code: string; words: readonly RegExp[] }[] = [
  {
    attempt: { do: 'listen', on: on179 },
    code: 'EACCES',
    words: [
      /^cannot listen on 0\.0\.0\.0:179: needs CAP_NET_BIND_SERVICE/,
      /setcap .*cap_net_bind_service.*\+ep \//,
    ],
  },
  {
    attempt: { do: 'listen', on: { address: '::' as Ip, port: 179 } },
    code: 'EADDRINUSE',
    words: [/\[::\]:179/, /another BGP speaker/, /ss -ltnp 'sport = :179'/],
  },
  {
    attempt: { do: 'listen', on: { address: '192.0.2.9' as Ip, port: 179 } },
    code: 'EADDRNOTAVAIL',
    words: [/192\.0\.2\.9 is not an address of this host/],
  },
  {
    attempt: { do: 'use-local-address', address: '192.0.2.9' as Ip },
    code: 'EADDRNOTAVAIL',
    words: [/192\.0\.2\.9 is not an address of this host/, /ip -brief address/],
  },
  {
    attempt: { do: 'use-local-address', address: 'fe80::1' as Ip },
    code: 'EINVAL',
    words: [/interface/],
  },
  {
    attempt: { do: 'use-interface', interface: 'eth7' },
    code: 'ENODEV',
    words: [/cannot use the interface eth7: there is none of that name/],
  },
  {
    attempt: { do: 'use-interface', interface: 'eth0' },
    code: 'EPERM',
    words: [/CAP_NET_RAW/],
  },
  {
    attempt: { do: 'set-key', peers: '192.0.2.1/32' as Prefix },
    code: 'ENOPROTOOPT',
    words: [/192\.0\.2\.1\/32/, /CONFIG_TCP_MD5SIG/],
  },
  {
    attempt: { do: 'set-key', peers: '192.0.2.0/24' as Prefix },
    code: 'ENOPROTOOPT',
    words: [/ranges/, /4\.14/],
  },
  {
    attempt: { do: 'set-key', peers: '192.0.2.1/32' as Prefix },
    code: 'ENOMEM',
    words: [/net\.core\.optmem_max/],
  },
  {
    attempt: { do: 'open-socket', version: 6 },
    code: 'EAFNOSUPPORT',
    words: [/no IPv6/],
  },
  {
    attempt: { do: 'open-socket', version: 4 },
    code: 'EMFILE',
    words: [/LimitNOFILE/],
  },
  {
    attempt: { do: 'set-option', option: 'IP_MINTTL' },
    code: 'EOTHER',
    words: [/^cannot set IP_MINTTL: something else \(EOTHER\)$/],
  },
]

t.ok(rows.length > 0)
for (const { attempt, code, words } of rows) {
  t.test(`${attempt.do} failing with ${code} is explained`, async (t) => {
    const error = new OsError(attempt, 'setsockopt', { code, text: 'something else' })
    for (const word of words) t.match(error.message, word)
    t.equal(error.code, code)
    t.equal(error.remedy, explain(attempt, { code, text: 'something else' }).remedy)
  })
}
