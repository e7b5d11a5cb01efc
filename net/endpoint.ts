import { type Ip, isIpv6 } from './ip.js'

/** Where a TCP connection ends. The zone of a link-local address is not part of it: interfaces are named apart. */
export interface Endpoint {
  readonly address: Ip
  /** 0–65535. */
  readonly port: number
}

/** '192.0.2.1:179', '[2001:db8::1]:179'. */
export function formatEndpoint({ address, port }: Endpoint): string {
  return isIpv6(address) ? `[${address}]:${port}` : `${address}:${port}`
}
