/**
 * A station that asks who has an IPv4 address, by ARP, every few milliseconds, each time in the name of another sender:
 * so every answer tells which question it is for.
 */
import { argv, stdout } from 'node:process'
import { decodeArp, encodeArp } from '../../arp/arp/codec.js'
import type { Ipv4 } from '../../net/ip.js'
import { broadcastMac, type Mac, zeroMac } from '../../net/mac.js'
import { openPacketSocket } from '../../src/os/packet-socket.js'
import type { Answer, AskerScript } from './lan-asker.js'

const script = JSON.parse(argv[2] ?? '') as AskerScript
const mac = script.mac as Mac
const target = script.target as Ipv4
/** Senders: enough that a question's turn comes again long after its answer. */
const senders = Array.from({ length: 100 }, (_, i) => `10.0.0.${101 + i}` as Ipv4).filter(
  (sender) => sender !== target,
)

const socket = openPacketSocket('arp', script.interfaceIndex)
/** The last question of each sender. */
const questions = new Map<Ipv4, number>()
const askedAt: number[] = []
const answers: Answer[] = []
/** Who announced itself to this station by a request: its next reply is the other form of that. */
const announcers: Mac[] = []
/** Of all processes. */
const now = () => performance.timeOrigin + performance.now()

function hear(): void {
  for (let frame = socket.receive(); frame !== undefined; frame = socket.receive()) {
    const decoded = decodeArp(frame)
    if (!decoded.ok) continue
    const { ethernet, kind, senderIp, senderMac, targetIp } = decoded.value
    if (senderIp !== target) continue
    if (kind === 'request' && ethernet.destination === mac) announcers.push(senderMac)
    if (kind === 'request') continue
    const announced = announcers.indexOf(senderMac)
    const told = announced !== -1 && ethernet.destination === mac
    if (told) announcers.splice(announced, 1)
    const question = questions.get(targetIp)
    if (question !== undefined) answers.push({ question, mac: senderMac, atMs: now(), told })
  }
}

function ask(): void {
  const senderIp = senders[askedAt.length % senders.length]
  if (senderIp === undefined) return
  questions.set(senderIp, askedAt.length)
  askedAt.push(now())
  const ethernet = { destination: broadcastMac, source: mac }
  const sender = { senderMac: mac, senderIp }
  socket.send(encodeArp({ kind: 'request', ethernet, ...sender, targetMac: zeroMac, targetIp: target }))
}

const asking = setInterval(() => {
  hear()
  ask()
}, script.everyMs)

// What is on its way when it is told to stop is still heard.
process.once('SIGTERM', () => {
  clearInterval(asking)
  setTimeout(() => {
    hear()
    stdout.write(JSON.stringify({ askedAt, answers }), () => process.exit(0))
  }, 500)
})
ask()
stdout.write('asking\n')
