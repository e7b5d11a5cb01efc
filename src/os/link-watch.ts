import { isDeepStrictEqual } from 'node:util'
import { checked, closeDescriptor, type Descriptor, openDescriptor } from './descriptor.js'
import { AF_INET6, AF_NETLINK, encodeSockaddrNl } from './layouts.js'
import { errno, libc } from './libc.js'
import { type KernelLink, LinkTable } from './link-table.js'
import { encodeDump, netlinkMessages, RTM } from './netlink.js'
import { OsError } from './os-error.js'

const SOCK_RAW = 3
const SOCK_NONBLOCK = 0o4000
const SOCK_CLOEXEC = 0o2000000
const NETLINK_ROUTE = 0
/** RTMGRP_LINK, _IPV4_IFADDR, _IPV6_IFADDR, and RTNLGRP_IPV6_NETCONF as a bit. */
const groups = 0x1 | 0x10 | 0x100 | (1 << 24)

/** A message of the kernel fits: it makes datagrams of up to 32 KiB when it lists. */
const longestDatagram = 65536
/** A list that changes while it is read is read again, so often. */
const attempts = 10

/** Links, addresses and forwarding of this host, followed by rtnetlink(7): nothing is polled. */
export interface LinkWatch {
  /** Readable when something has changed. */
  readonly descriptor: Descriptor
  /** As last read, by index. */
  readonly links: ReadonlyMap<number, KernelLink>
  /** False while there was no quiet moment to list them in: the next read lists them again. */
  readonly whole: boolean
  /** Reads what has arrived: the indexes of links that changed, came or went; undefined when none did. */
  read(): ReadonlySet<number> | undefined
  close(): void
}

/** Every link as it is now. @throws OsError */
export function readLinks(): Iterable<KernelLink> {
  const watch = openLinkWatch()
  watch.close()
  const torn = { code: 'EINTR', text: 'the list changed whenever it was read' }
  if (!watch.whole) throw new OsError({ do: 'watch-links' }, 'recv', torn)
  return watch.links.values()
}

/** @throws OsError */
export function openLinkWatch(): LinkWatch {
  const type = SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC
  const socket = openDescriptor(AF_NETLINK, type, NETLINK_ROUTE, { do: 'watch-links' })
  const table = new LinkTable()
  const buffer = new Uint8Array(longestDatagram)
  /** The next datagram; 'lost' when there were more than the socket held. */
  const receive = (): Uint8Array | 'lost' | undefined => {
    const size = libc.recv(socket, buffer, buffer.length, 0)
    if (size > 0) return buffer.subarray(0, size)
    return size === -1 && errno().code === 'ENOBUFS' ? 'lost' : undefined
  }
  let sequence = 0
  /** Lists one kind; 'torn' when the list changed meanwhile, or some of it was lost. */
  const dump = (kind: number, body: Uint8Array): 'whole' | 'torn' | 'refused' => {
    const question = encodeDump(kind, ++sequence, body)
    checked(libc.send(socket, question, question.length, 0), 'send', { do: 'watch-links' })
    let torn = false
    for (let next = receive(); next !== undefined; next = receive()) {
      if (next === 'lost') return 'torn'
      for (const read of netlinkMessages(next)) {
        if (read.is === 'message') {
          table.take(read.message)
          torn ||= read.message.interrupted
        } else if (read.sequence === sequence) {
          if (read.refused) return 'refused'
          return torn || read.interrupted ? 'torn' : 'whole'
        }
      }
    }
    return 'torn'
  }
  /** False when there was no quiet moment to do it in. */
  const listAll = (): boolean => {
    for (let attempt = 0; attempt < attempts; attempt++) {
      // What is still queued is older than the list, and would bring back what is gone; an unfinished list ends with it.
      while (receive() !== undefined);
      table.clear()
      const links = dump(RTM.GETLINK, new Uint8Array(16))
      const addresses = dump(RTM.GETADDR, new Uint8Array(8))
      // Of IPv6 alone; a kernel without it refuses.
      const forwarding = dump(RTM.GETNETCONF, Uint8Array.of(AF_INET6, 0, 0, 0))
      if (links === 'whole' && addresses === 'whole' && forwarding !== 'torn') return true
    }
    return false
  }
  let whole = false
  try {
    const address = encodeSockaddrNl(groups)
    checked(libc.bind(socket, address, address.length), 'bind', { do: 'watch-links' })
    whole = listAll()
  } catch (error) {
    closeDescriptor(socket)
    throw error
  }
  return {
    descriptor: socket,
    get links() {
      return table.links
    },
    get whole() {
      return whole
    },
    read: () => {
      const changed = new Set<number>()
      const listAgain = () => {
        const before = new Map(table.links)
        whole = listAll()
        for (const index of new Set([...before.keys(), ...table.links.keys()])) {
          if (!isDeepStrictEqual(before.get(index), table.links.get(index))) changed.add(index)
        }
      }
      if (!whole) listAgain()
      for (let next = receive(); next !== undefined; next = receive()) {
        if (next === 'lost') {
          listAgain()
          continue
        }
        for (const read of netlinkMessages(next)) {
          const index = read.is === 'message' ? table.take(read.message) : undefined
          if (index !== undefined) changed.add(index)
        }
      }
      return changed.size === 0 ? undefined : changed
    },
    close: () => closeDescriptor(socket),
  }
}
