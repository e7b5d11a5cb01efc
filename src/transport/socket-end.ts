import type { Endpoint } from '../../net/endpoint.js'
import { parseIp } from '../../net/ip.js'

/** One end of a socket; the zone of a link-local address names its interface. */
export interface SocketEnd {
  readonly endpoint: Endpoint
  readonly zone?: string
}

/**
 * What node:net tells of an end, in canonical form: 'fe80::1%eth1' falls into address and zone, '::ffff:192.0.2.1'
 * is IPv4. Undefined once the socket is not connected any more.
 */
export function socketEnd(address: string | undefined, port: number | undefined): SocketEnd | undefined {
  if (address === undefined || port === undefined) return undefined
  const [text = '', zone] = address.split('%')
  const ip = parseIp(text.replace(/^::ffff:(?=[\d.]+$)/, ''))
  if (!ip.ok) return undefined
  return { endpoint: { address: ip.value, port }, ...(zone !== undefined && { zone }) }
}
