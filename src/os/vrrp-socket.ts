import { type Ip, isIpv6 } from '../../net/ip.js'
import { isLinkLocal } from '../../net/ip-kind.js'
import type { IpVersion } from '../../net/prefix.js'
import { closeDescriptor, openDescriptor } from './descriptor.js'
import { AF_INET, AF_INET6, encodeSockaddr, encodeSockaddrIn6 } from './layouts.js'
import { errno, libc } from './libc.js'
import { refuseAll } from './packet-filters.js'
import * as options from './socket-options.js'

const SOCK_RAW = 3
const SOCK_NONBLOCK = 0o4000
const SOCK_CLOEXEC = 0o2000000
const IPPROTO_VRRP = 112

/**
 * Sends advertisements to single nodes, by way of the host's routes. What they send is heard by packet sockets; without
 * this one, the kernel would answer it with "protocol unreachable".
 */
export interface VrrpSocket {
  /** Answers why it could not be sent, in words. @param payload of the IP packet, its checksum in place */
  send(to: Ip, from: Ip, payload: Uint8Array): string | undefined
  close(): void
}

/**
 * TTL 255 and DSCP CS6 (RFC 9568 §5.1.1.3).
 * @param interfaceIndex where link-local addresses are
 * @throws OsError where the privilege for raw sockets is missing
 */
export function openVrrpSocket(version: IpVersion, interfaceIndex: number): VrrpSocket {
  const type = SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC
  const domain = version === 4 ? AF_INET : AF_INET6
  const socket = openDescriptor(domain, type, IPPROTO_VRRP, { do: 'hear-frames' })
  try {
    options.attachFilter(socket, refuseAll)
    options.setOption(socket, options.ttl[version], 255)
    options.setOption(socket, options.trafficClass[version], 0xc0)
    // An address that is still tentative is a source too. IPv4 has nothing like it: raw sockets need an address of ours.
    if (version === 6) options.setOption(socket, options.IPV6_FREEBIND, 1)
  } catch (error) {
    closeDescriptor(socket)
    throw error
  }
  const sockaddr = (ip: Ip) =>
    isIpv6(ip) && isLinkLocal(ip)
      ? encodeSockaddrIn6(ip, interfaceIndex)
      : encodeSockaddr({ address: ip, port: 0 })
  let bound: Ip | undefined
  return {
    send: (to, from, payload) => {
      if (bound !== from) {
        const source = sockaddr(from)
        if (libc.bind(socket, source, source.length) === -1) return errno().text
        bound = from
      }
      const address = sockaddr(to)
      const sent = libc.sendto(socket, payload, payload.length, 0, address, address.length)
      return sent === -1 ? errno().text : undefined
    },
    close: () => closeDescriptor(socket),
  }
}
