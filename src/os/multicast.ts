import { type Ip, isIpv4, isIpv6 } from '../../net/ip.js'
import { type IpVersion, ipVersionOf } from '../../net/prefix.js'
import { closeDescriptor, type Descriptor, openDescriptor } from './descriptor.js'
import { AF_INET, AF_INET6, encodeIpv4Membership, encodeIpv6Membership } from './layouts.js'
import { errno, libc } from './libc.js'
import { OsError } from './os-error.js'
import {
  IP_ADD_MEMBERSHIP,
  IP_DROP_MEMBERSHIP,
  IPV6_JOIN_GROUP,
  IPV6_LEAVE_GROUP,
  type SocketOption,
} from './socket-options.js'

const SOCK_DGRAM = 2
const SOCK_CLOEXEC = 0o2000000

/**
 * Multicast groups that this host is a member of, by IGMP and MLD: the interface lets their frames through, and switches
 * that listen to reports send them here. Nothing is received by these sockets themselves.
 */
export interface Memberships {
  /** Answers why not, in words. Joining again what is joined already is no fault. */
  join(interfaceIndex: number, group: Ip): string | undefined
  leave(interfaceIndex: number, group: Ip): void
  /** Of an interface that is gone. */
  forget(interfaceIndex: number): void
  close(): void
}

interface Membership {
  readonly interfaceIndex: number
  readonly group: Ip
  readonly socket: Descriptor
}

export function createMemberships(): Memberships {
  const memberships = new Map<string, Membership>()
  const sockets: Record<IpVersion, Descriptor[]> = { 4: [], 6: [] }
  const leave = ({ interfaceIndex, group, socket }: Membership) => {
    memberships.delete(keyOf(interfaceIndex, group))
    set(socket, isIpv4(group) ? IP_DROP_MEMBERSHIP : IPV6_LEAVE_GROUP, interfaceIndex, group)
  }
  return {
    join: (interfaceIndex, group) => {
      const key = keyOf(interfaceIndex, group)
      if (memberships.has(key)) return undefined
      const joined = join(sockets[ipVersionOf(group)], interfaceIndex, group)
      if (typeof joined === 'string') return joined
      memberships.set(key, { interfaceIndex, group, socket: joined })
      return undefined
    },
    leave: (interfaceIndex, group) => {
      const membership = memberships.get(keyOf(interfaceIndex, group))
      if (membership !== undefined) leave(membership)
    },
    forget: (interfaceIndex) => {
      for (const membership of [...memberships.values()]) {
        if (membership.interfaceIndex === interfaceIndex) leave(membership)
      }
    },
    close: () => {
      for (const socket of [...sockets[4].splice(0), ...sockets[6].splice(0)]) closeDescriptor(socket)
      memberships.clear()
    },
  }
}

/** By a socket that has room: the kernel bounds what one holds (igmp_max_memberships, optmem_max). */
function join(sockets: Descriptor[], interfaceIndex: number, group: Ip): Descriptor | string {
  const option = isIpv4(group) ? IP_ADD_MEMBERSHIP : IPV6_JOIN_GROUP
  for (const socket of sockets) {
    const failure = set(socket, option, interfaceIndex, group)
    if (failure === undefined || failure.code === 'EADDRINUSE') return socket
    if (failure.code !== 'ENOBUFS' && failure.code !== 'ENOMEM') return failure.text
  }
  try {
    const domain = isIpv4(group) ? AF_INET : AF_INET6
    const socket = openDescriptor(domain, SOCK_DGRAM | SOCK_CLOEXEC, 0, {
      do: 'open-socket',
      version: ipVersionOf(group),
    })
    sockets.push(socket)
    return set(socket, option, interfaceIndex, group)?.text ?? socket
  } catch (error) {
    if (error instanceof OsError) return error.message
    throw error
  }
}

function set(socket: Descriptor, { level, number }: SocketOption, interfaceIndex: number, group: Ip) {
  const membership = isIpv6(group)
    ? encodeIpv6Membership(group, interfaceIndex)
    : encodeIpv4Membership(group, interfaceIndex)
  const answer = libc.setsockopt(socket, level, number, membership, membership.length)
  return answer === -1 ? errno() : undefined
}

function keyOf(interfaceIndex: number, group: Ip): string {
  return `${interfaceIndex} ${group}`
}
