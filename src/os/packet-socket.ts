import { checked, closeDescriptor, type Descriptor, openDescriptor } from './descriptor.js'
import { AF_PACKET, encodePacketMembership, encodeSockaddrLl, littleEndian } from './layouts.js'
import { errno, libc } from './libc.js'
import { OsError } from './os-error.js'
import { type PacketKind, packetFilter } from './packet-filters.js'
import * as options from './socket-options.js'

const SOCK_RAW = 3
const SOCK_NONBLOCK = 0o4000
const SOCK_CLOEXEC = 0o2000000
const PACKET_MR_PROMISC = 1

/** Longer than what any of the filters lets through: an advertisement of 255 addresses has some 1,060 octets. */
const longestFrame = 2048
/** Octets: some five thousand small frames, a tenth of a second at 50,000 a second. */
const receiveBuffer = 4 << 20

const etherTypes: Readonly<Record<PacketKind, number>> = {
  arp: 0x0806,
  ndp: 0x86dd,
  'vrrp-ipv4': 0x0800,
  'vrrp-ipv6': 0x86dd,
}

/** Whole Ethernet frames of one kind, of one interface; never blocks. It does not see what this host sends. */
export interface PacketSocket {
  readonly descriptor: Descriptor
  /** The next frame, valid until the next call; undefined when there is none now. */
  receive(): Uint8Array | undefined
  /** Sends a frame, whatever kind it is of. Answers why it could not be sent, in words. */
  send(frame: Uint8Array): string | undefined
  /** Whether the interface takes in frames for other stations, as long as this socket is open. */
  promiscuous(on: boolean): void
  /** Frames that the kernel dropped since the last call because they were not read in time. */
  dropped(): number
  close(): void
}

/**
 * Its filter is there before it hears anything. It outlives its interface's being down, but not its deletion.
 * @throws OsError where the privilege is missing, or the interface is gone
 */
export function openPacketSocket(kind: PacketKind, interfaceIndex: number): PacketSocket {
  const descriptor = openRaw()
  try {
    options.attachFilter(descriptor, packetFilter(kind))
    options.setOption(descriptor, options.SO_LOCK_FILTER, 1)
    enlargeBuffer(descriptor)
    const address = encodeSockaddrLl(etherTypes[kind], interfaceIndex)
    checked(libc.bind(descriptor, address, address.length), 'bind', { do: 'hear-frames' })
  } catch (error) {
    closeDescriptor(descriptor)
    throw error
  }
  const received = new Uint8Array(longestFrame)
  const views: Uint8Array[] = []
  const outgoing = new Uint8Array(longestFrame)
  return {
    descriptor,
    receive: () => {
      const size = libc.recv(descriptor, received, longestFrame, 0)
      if (size <= 0) return undefined
      views[size] ??= received.subarray(0, size)
      return views[size]
    },
    send: (frame) => {
      // V8 moves a small array out of its heap before it shows it to C; what it never moves back is shown at once.
      outgoing.set(frame)
      return libc.send(descriptor, outgoing, frame.length, 0) === -1 ? errno().text : undefined
    },
    promiscuous: (on) => {
      const { level, number } = on ? options.PACKET_ADD_MEMBERSHIP : options.PACKET_DROP_MEMBERSHIP
      const membership = encodePacketMembership(interfaceIndex, PACKET_MR_PROMISC)
      libc.setsockopt(descriptor, level, number, membership, membership.length)
    },
    dropped: () => {
      // struct tpacket_stats: packets, drops; reading it sets both to zero.
      const octets = new Uint8Array(8)
      const { level, number } = options.PACKET_STATISTICS
      if (libc.getsockopt(descriptor, level, number, octets, [octets.length]) === -1) return 0
      return new DataView(octets.buffer).getUint32(4, littleEndian)
    },
    close: () => closeDescriptor(descriptor),
  }
}

/** Why this process may not have packet sockets, in one line with the remedy; undefined when it may. */
export function packetSocketRefusal(): string | undefined {
  try {
    closeDescriptor(openRaw())
    return undefined
  } catch (error) {
    if (error instanceof OsError) return error.message
    throw error
  }
}

/** Bound to nothing: it hears nothing yet. */
function openRaw(): Descriptor {
  const type = SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC
  return openDescriptor(AF_PACKET, type, 0, { do: 'hear-frames' })
}

/** Beyond the host's limit where this process may, up to it where not. */
function enlargeBuffer(descriptor: Descriptor): void {
  try {
    options.setOption(descriptor, options.SO_RCVBUFFORCE, receiveBuffer)
  } catch (error) {
    if (!(error instanceof OsError)) throw error
    options.setOption(descriptor, options.SO_RCVBUF, receiveBuffer)
  }
}
