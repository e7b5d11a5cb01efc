import type { Ip } from '../../net/ip.js'
import type { IpVersion } from '../../net/prefix.js'
import { type LinkWatch, openLinkWatch } from '../../src/os/link-watch.js'
import { createMemberships } from '../../src/os/multicast.js'
import { OsError } from '../../src/os/os-error.js'
import { openPacketSocket, type PacketSocket, packetSocketRefusal } from '../../src/os/packet-socket.js'
import { createPoller } from '../../src/os/poller.js'
import { SO_RCVBUF, setOption } from '../../src/os/socket-options.js'
import { openVrrpSocket, type VrrpSocket } from '../../src/os/vrrp-socket.js'
import { serveRequests } from './agent.js'
import { hex as octetsOf } from './hex.js'
import type { OsAnswers, OsRequest } from './os-agent.js'

const sockets: PacketSocket[] = []
const vrrp = new Map<IpVersion, VrrpSocket>()
const memberships = createMemberships()
let watch: LinkWatch | undefined

serveRequests(serve)

function serve(request: OsRequest): OsAnswers[OsRequest['do']] {
  switch (request.do) {
    case 'refusal':
      return packetSocketRefusal()
    case 'open-packets':
      return orWords(() => sockets.push(openPacketSocket(request.kind, request.index)) - 1)
    case 'receive':
      return receive(socketOf(request.socket), request.milliseconds ?? 0)
    case 'send': {
      const frame = octetsOf(request.frame)
      let because: string | undefined
      for (let i = 0; i < (request.times ?? 1); i++) because = socketOf(request.socket).send(frame)
      return because
    }
    case 'promiscuous':
      socketOf(request.socket).promiscuous(request.on)
      return undefined
    case 'dropped':
      return socketOf(request.socket).dropped()
    case 'close':
      socketOf(request.socket).close()
      return undefined
    case 'watch':
      watch = openLinkWatch()
      if (request.receiveBuffer !== undefined) setOption(watch.descriptor, SO_RCVBUF, request.receiveBuffer)
      return undefined
    case 'links': {
      if (watch === undefined) throw new Error('nothing is watched')
      const changed = watch.read()
      return { ...(changed && { changed: [...changed] }), links: [...watch.links.values()] }
    }
    case 'join':
      return memberships.join(request.index, request.group as Ip)
    case 'leave':
      memberships.leave(request.index, request.group as Ip)
      return undefined
    case 'forget':
      memberships.forget(request.index)
      return undefined
    case 'open-vrrp':
      return orWords(() => {
        vrrp.set(request.version, openVrrpSocket(request.version, request.index))
        return undefined
      })
    case 'advertise': {
      const { version, to, from, payload } = request
      return vrrp.get(version)?.send(to as Ip, from as Ip, octetsOf(payload))
    }
  }
}

function orWords<T>(open: () => T): T | string {
  try {
    return open()
  } catch (error) {
    if (error instanceof OsError) return error.message
    throw error
  }
}

function receive(socket: PacketSocket, milliseconds: number): readonly string[] {
  const frames: string[] = []
  const poller = createPoller()
  poller.add(socket.descriptor, () => {
    for (let frame = socket.receive(); frame !== undefined; frame = socket.receive()) {
      frames.push(Buffer.from(frame).toString('hex'))
    }
  })
  poller.wait(milliseconds)
  poller.close()
  return frames
}

function socketOf(number: number): PacketSocket {
  const socket = sockets[number]
  if (socket === undefined) throw new Error(`no socket ${number}`)
  return socket
}
