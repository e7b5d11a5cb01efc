import t from 'tap'
import type { Fault } from '../../bgp/fault.js'
import type { Notification } from '../../bgp/message.js'
import {
  cease,
  describeNotification,
  hardReset,
  MAX_NOTIFICATION_DATA,
  maximumPrefixesReached,
  notificationFor,
  shutdownCommunication,
} from '../../bgp/notification.js'
import { notificationName } from '../../bgp/notification-words.js'
import { hex } from '../support/hex.js'

function notification(code: number, subcode: number, data = ''): Notification {
  return { kind: 'notification', code, subcode, data: hex(data) }
}

/** Every fault, the NOTIFICATION that answers it, and that in words. */
const faults: readonly { fault: Fault; is: Notification; words: string }[] = [
  {
    fault: { kind: 'connection-not-synchronized' },
    is: notification(1, 1),
    words: 'Message Header Error/Connection Not Synchronized (1/1)',
  },
  {
    fault: { kind: 'bad-message-length', length: 18 },
    is: notification(1, 2, '0012'),
    words: 'Message Header Error/Bad Message Length (1/2): length 18',
  },
  {
    fault: { kind: 'bad-message-type', type: 9 },
    is: notification(1, 3, '09'),
    words: 'Message Header Error/Bad Message Type (1/3): type 9',
  },
  {
    fault: { kind: 'malformed-open', because: '' },
    is: notification(2, 0),
    words: 'OPEN Message Error (2/0)',
  },
  {
    fault: { kind: 'unsupported-version', version: 3 },
    is: notification(2, 1, '0004'),
    words: 'OPEN Message Error/Unsupported Version Number (2/1): it speaks version 4',
  },
  {
    fault: { kind: 'bad-peer-as', as: 65009, because: '' },
    is: notification(2, 2),
    words: 'OPEN Message Error/Bad Peer AS (2/2)',
  },
  {
    fault: { kind: 'bad-bgp-identifier', because: '' },
    is: notification(2, 3),
    words: 'OPEN Message Error/Bad BGP Identifier (2/3)',
  },
  {
    fault: { kind: 'unsupported-optional-parameter', type: 1 },
    is: notification(2, 4),
    words: 'OPEN Message Error/Unsupported Optional Parameter (2/4)',
  },
  {
    fault: { kind: 'unacceptable-hold-time', seconds: 1 },
    is: notification(2, 6),
    words: 'OPEN Message Error/Unacceptable Hold Time (2/6)',
  },
  {
    fault: { kind: 'unsupported-capability', capabilities: hex('01 04 0002 00 01 02 00'), because: '' },
    is: notification(2, 7, '01 04 0002 00 01 02 00'),
    words: 'OPEN Message Error/Unsupported Capability (2/7): multiprotocol ipv6/unicast, route refresh',
  },
  {
    fault: { kind: 'malformed-attribute-list', because: '' },
    is: notification(3, 1),
    words: 'UPDATE Message Error/Malformed Attribute List (3/1)',
  },
  {
    fault: { kind: 'unrecognized-well-known-attribute', attribute: hex('40 63 00') },
    is: notification(3, 2, '40 63 00'),
    words: 'UPDATE Message Error/Unrecognized Well-known Attribute (3/2): 406300',
  },
  {
    fault: { kind: 'optional-attribute-error', attribute: hex('80 0e 00'), because: '' },
    is: notification(3, 9, '80 0e 00'),
    words: 'UPDATE Message Error/Optional Attribute Error (3/9): 800e00',
  },
  {
    fault: { kind: 'invalid-network-field', because: '' },
    is: notification(3, 10),
    words: 'UPDATE Message Error/Invalid Network Field (3/10)',
  },
  { fault: { kind: 'hold-timer-expired' }, is: notification(4, 0), words: 'Hold Timer Expired (4/0)' },
  {
    fault: { kind: 'unexpected-message', state: 'OpenSent', type: 2 },
    is: notification(5, 1, '02'),
    words: 'Finite State Machine Error/Unexpected Message in OpenSent State (5/1): UPDATE',
  },
  {
    fault: { kind: 'unexpected-message', state: 'OpenConfirm', type: 2 },
    is: notification(5, 2, '02'),
    words: 'Finite State Machine Error/Unexpected Message in OpenConfirm State (5/2): UPDATE',
  },
  {
    fault: { kind: 'unexpected-message', state: 'Established', type: 1 },
    is: notification(5, 3, '01'),
    words: 'Finite State Machine Error/Unexpected Message in Established State (5/3): OPEN',
  },
  {
    fault: { kind: 'bad-route-refresh-length', message: hex('0001 01 01 00') },
    is: notification(7, 1, '0001 01 01 00'),
    words: 'ROUTE-REFRESH Message Error/Invalid Message Length (7/1): 0001010100',
  },
]

t.ok(faults.length > 0, 'there are faults')
for (const { fault, is, words } of faults) {
  t.test(`${fault.kind}: ${words}`, async (t) => {
    t.strictSame(notificationFor(fault), is)
    t.equal(describeNotification(is), words)
  })
}

t.test('no more of a peer goes back to it than fits a message', async (t) => {
  const { data } = notificationFor({
    kind: 'optional-attribute-error',
    attribute: new Uint8Array(65000),
    because: '',
  })
  t.equal(data.length, MAX_NOTIFICATION_DATA)
  t.equal(MAX_NOTIFICATION_DATA + 21, 4096)
})

/** What peers send, in words. */
const described: readonly { notification: Notification; words: string }[] = [
  { notification: notification(6, 0), words: 'Cease (6/0)' },
  {
    notification: notification(6, 1, '0001 01 000003e8'),
    words: 'Cease/Maximum Number of Prefixes Reached (6/1): ipv4/unicast, limit 1000',
  },
  {
    notification: notification(6, 1, '0019 46 000003e8'),
    words: 'Cease/Maximum Number of Prefixes Reached (6/1): AFI 25, SAFI 70, limit 1000',
  },
  {
    notification: notification(6, 1, '0001 01'),
    words: 'Cease/Maximum Number of Prefixes Reached (6/1): 000101',
  },
  {
    notification: notification(6, 2, '05 68656c6c6f'),
    words: 'Cease/Administrative Shutdown (6/2): "hello"',
  },
  {
    notification: notification(6, 2, '06 68656c6c6f'),
    words: 'Cease/Administrative Shutdown (6/2): 0668656c6c6f',
  },
  { notification: notification(6, 3), words: 'Cease/Peer De-configured (6/3)' },
  { notification: notification(6, 4, '02 c3a9'), words: 'Cease/Administrative Reset (6/4): "é"' },
  { notification: notification(6, 5), words: 'Cease/Connection Rejected (6/5)' },
  { notification: notification(6, 6), words: 'Cease/Other Configuration Change (6/6)' },
  { notification: notification(6, 7), words: 'Cease/Connection Collision Resolution (6/7)' },
  { notification: notification(6, 8), words: 'Cease/Out of Resources (6/8)' },
  {
    notification: notification(6, 9, '06 02 05 68656c6c6f'),
    words: 'Cease/Hard Reset (6/9): Cease/Administrative Shutdown (6/2): "hello"',
  },
  {
    notification: notification(6, 9, '04 00'),
    words: 'Cease/Hard Reset (6/9): Hold Timer Expired (4/0)',
  },
  { notification: notification(6, 9, '06 09 06 02'), words: 'Cease/Hard Reset (6/9): 06090602' },
  { notification: notification(6, 9, '06'), words: 'Cease/Hard Reset (6/9): 06' },
  { notification: notification(6, 10), words: 'Cease/BFD Down (6/10)' },
  { notification: notification(8, 0), words: 'Send Hold Timer Expired (8/0)' },
  { notification: notification(2, 11), words: 'OPEN Message Error/Role Mismatch (2/11)' },
  {
    notification: notification(2, 1, '0400'),
    words: 'OPEN Message Error/Unsupported Version Number (2/1): it speaks version 4',
  },
  {
    notification: notification(2, 7, '01 03 0001 00'),
    words: 'OPEN Message Error/Unsupported Capability (2/7): 0103000100',
  },
  { notification: notification(3, 11), words: 'UPDATE Message Error/Malformed AS_PATH (3/11)' },
  { notification: notification(99, 7, 'ff'), words: 'Code 99 (99/7): ff' },
  { notification: notification(3, 99), words: 'UPDATE Message Error (3/99)' },
  {
    notification: notification(3, 5, 'ab'.repeat(100)),
    words: `UPDATE Message Error/Attribute Length Error (3/5): ${'ab'.repeat(64)}… (100 octets)`,
  },
]

t.ok(described.length > 0, 'there are NOTIFICATIONs')
for (const { notification, words } of described) {
  t.test(words, async (t) => {
    t.equal(describeNotification(notification), words)
  })
}

t.test('every code and subcode of the registries has words', async (t) => {
  const subcodes = new Map([
    [1, [1, 2, 3]],
    [2, [1, 2, 3, 4, 5, 6, 7, 11]],
    [3, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]],
    [5, [1, 2, 3]],
    [6, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
    [7, [1]],
  ])
  for (const [code, known] of subcodes) {
    for (const subcode of known) t.match(notificationName({ code, subcode }), /^[A-Z].+\/.+ \(\d+\/\d+\)$/)
  }
})

t.test('a Cease carries a word to the other operator (RFC 9003)', async (t) => {
  const maintenance = cease('administrative-shutdown', 'back at 10:00 ☕')
  t.strictSame(maintenance.data[0], maintenance.data.length - 1)
  t.equal(shutdownCommunication(maintenance), 'back at 10:00 ☕')
  t.equal(shutdownCommunication(hardReset(maintenance)), 'back at 10:00 ☕')
  t.strictSame(cease('administrative-reset'), notification(6, 4))
})

t.test('the word is cut to 255 octets, between characters', async (t) => {
  const { data } = cease('administrative-reset', '☕'.repeat(100))
  t.equal(data[0], 255)
  t.equal(data.length, 256)
  t.equal(cease('administrative-reset', `a${'☕'.repeat(100)}`).data[0], 253)
})

t.test('a Cease for another reason has no room for a word', async (t) => {
  t.strictSame(cease('connection-collision-resolution', 'hello'), notification(6, 7))
})

t.test('Maximum Prefixes names family and limit (RFC 4486 §4)', async (t) => {
  t.strictSame(
    maximumPrefixesReached({ afi: 2, safi: 1 }, 4294967295),
    notification(6, 1, '0002 01 ffffffff'),
  )
})

t.test('a Hard Reset wraps its reason (RFC 8538 §3)', async (t) => {
  t.strictSame(hardReset(cease('peer-de-configured')), notification(6, 9, '06 03'))
})

const silent: readonly Notification[] = [
  notification(6, 2),
  notification(6, 2, '00'),
  notification(6, 2, '05 6865'),
  notification(6, 3, '02 6869'),
  notification(4, 2, '02 6869'),
  notification(6, 9, '04 00'),
  notification(6, 9, '06'),
]

t.ok(silent.length > 0, 'there are silent ones')
for (const each of silent) {
  t.test(`no word to the operator in ${describeNotification(each)}`, async (t) => {
    t.equal(shutdownCommunication(each), undefined)
  })
}

t.test('what a peer says cannot reach a terminal as control characters', async (t) => {
  t.equal(shutdownCommunication(notification(6, 2, '05 1b5b324a 0a')), '\ufffd[2J\ufffd')
})
