import t from 'tap'
import { formatEndpoint } from '../../net/endpoint.js'
import type { Ip } from '../../net/ip.js'

t.test('an endpoint prints as it is written in a file', async (t) => {
  t.equal(formatEndpoint({ address: '192.0.2.1' as Ip, port: 179 }), '192.0.2.1:179')
  t.equal(formatEndpoint({ address: '2001:db8::1' as Ip, port: 179 }), '[2001:db8::1]:179')
})
