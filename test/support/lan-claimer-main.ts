/** A station that says again and again that an address is its own. */
import { argv, stdout } from 'node:process'
import { announcementFrames } from '../../arp/announcement.js'
import type { Ip } from '../../net/ip.js'
import type { Mac } from '../../net/mac.js'
import { openPacketSocket } from '../../src/os/packet-socket.js'

const [, , index = '', mac = '', address = '', everyMs = ''] = argv
const link = { mac: mac as Mac, router: false }
const socket = openPacketSocket('arp', Number(index))

function claim(): void {
  for (const frame of announcementFrames({ to: 'everybody', ip: address as Ip }, link)) socket.send(frame)
}

claim()
setInterval(claim, Number(everyMs))
stdout.write('claiming\n')
