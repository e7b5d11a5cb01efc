import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type Ip, isIpv6, parseIp } from '../../net/ip.js'

/** Any will do: nothing is sent there. */
const PORT = 179

/**
 * The address that this host would send from to reach `remote`: the kernel's choice by its routes, asked for by
 * connecting a UDP socket, which sends nothing. Undefined without a route.
 * @param link the interface, for a link-local address
 */
export async function sourceAddressFor(remote: Ip, link: string | undefined): Promise<Ip | undefined> {
  const socket = createSocket(isIpv6(remote) ? 'udp6' : 'udp4')
  try {
    const connected = once(socket, 'connect')
    socket.connect(PORT, link === undefined || !isIpv6(remote) ? remote : `${remote}%${link}`)
    await connected
    const address = parseIp(socket.address().address.replace(/%.*$/, ''))
    return address.ok ? address.value : undefined
  } catch {
    // Whatever the reason, the address is left for a person to fill in.
    return undefined
  } finally {
    socket.close()
  }
}
