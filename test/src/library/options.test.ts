import t from 'tap'
import { createSpeaker, SpeakerError, type SpeakerOptions } from '../../../src/index.js'

const right = {
  asn: 65001,
  routerId: '10.0.0.11',
  peers: [{ name: 'tor-1', address: '10.0.0.1', asn: 65000 }],
} satisfies SpeakerOptions

/** What a program without types may say. */
const wrong: readonly (readonly [name: string, options: unknown, problems: readonly string[]])[] = [
  ['nothing', {}, ['asn: is missing; write the AS number', 'routerId: is missing; write four octets']],
  ['an AS number of zero', { ...right, asn: 0 }, ['asn: 0 is not an AS number']],
  [
    'several mistakes at once',
    {
      ...right,
      holdTime: '90s',
      peers: [
        { address: '10.0.0.300', asn: 65000 },
        { address: '10.0.0.2', asn: 'extern' },
      ],
    },
    [
      'holdTime: does not belong here; it is a key of peerDefaults and peers[] and dynamicPeers[]',
      "peers[0].address: '10.0.0.300' is not an IPv4 or IPv6 address",
      "peers[1].asn: 'extern' is not an AS number; did you mean external?",
    ],
  ],
  [
    'a peer given twice',
    { ...right, peers: [...right.peers, { address: '10.0.0.1', asn: 65000 }] },
    ['peers[1].address: 10.0.0.1:179 is given twice, first in peers[0]; remove one'],
  ],
  [
    'a file, where there are none',
    { ...right, peers: [{ address: '10.0.0.1', asn: 65000, passwordFile: 'tor-1.key' }] },
    ['peers[0].passwordFile: no file is read here; give the key itself as password'],
  ],
  [
    'a host name that is none',
    { ...right, hostname: 'two words' },
    ["hostname: 'two words' does not do as a name"],
  ],
  [
    'announcements that cannot be',
    { ...right, announcements: [{ prefixes: ['10.0.0.0/24', '10.0.0.1/24'] }, { prefixes: [], med: -1 }] },
    [
      "announcements[0].prefixes[1]: '10.0.0.1/24' has host bits set",
      'announcements[1].med: -1 is not a whole',
    ],
  ],
  [
    'announcements that are no list',
    { ...right, announcements: 'all' },
    ["announcements: is the text 'all'; write a list"],
  ],
]

for (const [name, options, problems] of wrong) {
  t.test(`${name}: one error with every mistake, its path and what would be right`, async (t) => {
    try {
      createSpeaker(options as SpeakerOptions)
      t.fail('it was accepted')
    } catch (error) {
      if (!(error instanceof SpeakerError)) throw error
      t.equal(error.code, 'invalid')
      const told = error.problems.map(({ path, message }) => `${path}: ${message}`)
      t.equal(told.length, problems.length, told.join('\n'))
      for (const problem of problems)
        t.ok(
          told.some((each) => each.startsWith(problem)),
          problem,
        )
      t.equal(error.message, told.join('\n'))
    }
  })
}

t.test('what is right makes a speaker that has opened nothing', async (t) => {
  const speaker = createSpeaker({ ...right, announcements: [{ prefixes: ['10.244.1.0/24'] }] })
  t.same(speaker.peers(), [])
  t.same(speaker.listening, [])
  await speaker.stop()
})

t.test('peers come and go before the start as well', async (t) => {
  const speaker = createSpeaker(right)
  speaker.addPeer({ address: '10.0.0.2', asn: 'external' })
  speaker.changePeer('tor-1', { holdTime: '30s' })
  speaker.removePeer('10.0.0.2')
  t.throws(() => speaker.addPeer({ address: '10.0.0.1', asn: 65000 }), { code: 'invalid' })
  t.throws(() => speaker.changePeer('tor-1', { asn: undefined }), { code: 'invalid' })
  t.throws(() => speaker.changePeer('tor-2', {}), {
    code: 'no-such-peer',
    message: "there is no peer 'tor-2'",
  })
  t.throws(() => speaker.removePeer('tor-2'), { code: 'no-such-peer' })
  t.throws(() => speaker.received('tor-2'), { code: 'no-such-peer' })
  speaker.removePeer('tor-1')
  speaker.addPeer({ address: '127.0.0.9', asn: 65000, passive: true })
  speaker.start()
  t.match(speaker.peers(), [{ name: '127.0.0.9', sessionState: 'active', peerAs: 65000, localAs: 65001 }])
  t.equal(speaker.peers().length, 1, 'what was refused changed nothing')
  await speaker.stop()
})
