import t from 'tap'
import { hexOf, printable } from '../../net/printable.js'

t.test('text that people write stays as it is', async (t) => {
  t.equal(printable('tor-1 ☕ é 東京'), 'tor-1 ☕ é 東京')
})

t.test('control, format and line separator characters are replaced', async (t) => {
  t.equal(printable('\u001b[2J\n\u009b\u202e\u2028\u200b'), '\ufffd[2J\ufffd\ufffd\ufffd\ufffd\ufffd')
})

t.test('octets are shown up to a limit, and how many there are', async (t) => {
  t.equal(hexOf(Uint8Array.of(0, 255)), '00ff')
  t.equal(hexOf(Uint8Array.of(1, 2, 3), 2), '0102… (3 octets)')
  t.equal(hexOf(new Uint8Array(0)), '')
})
