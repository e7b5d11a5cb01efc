import t from 'tap'
import { sourceAddressFor } from '../../../src/router-config/source-address.js'
import { ip } from '../../support/address.js'

t.test('the address that reaches the loopback is the loopback', async (t) => {
  t.equal(await sourceAddressFor(ip('127.0.0.1'), undefined), '127.0.0.1')
})

t.test('without a route, or without the interface, there is none', async (t) => {
  t.equal(await sourceAddressFor(ip('fe80::1'), 'no-such-link'), undefined)
})
