// Two speakers on the loopback interface, without root: one announces, the other hears it.
import { createSpeaker } from 'herald'

const port = Number(process.argv[2] ?? 17901)

const router = createSpeaker({
  asn: 65000,
  routerId: '192.0.2.1',
  listen: [`127.0.0.1:${port}`],
  peers: [{ name: 'worker-1', address: '127.0.0.2', asn: 65001, passive: true }],
})
const worker = createSpeaker({
  asn: 65001,
  routerId: '192.0.2.2',
  peers: [
    {
      name: 'router',
      address: '127.0.0.1',
      port,
      asn: 65000,
      localAddress: '127.0.0.2',
      // Of a session over Ethernet it would be the session's own address; no router takes a loopback address.
      nextHop: { ipv4: '192.0.2.2' },
    },
  ],
  announcements: [{ prefixes: ['10.244.1.0/24'], communities: ['65001:100'], med: 10 }],
})

const events = router.events()
router.start()
worker.start()
for await (const event of events) {
  if (event.kind === 'state') console.log(`${event.peer} is ${event.to}: ${event.because}`)
  if (event.kind !== 'routes') continue
  for (const route of event.announced) {
    console.log(`${route.prefix} by ${route.nextHop}, AS path ${route.asPath.join(' ')}, MED ${route.med}`)
    worker.withdraw([route.prefix])
  }
  for (const prefix of event.withdrawn) console.log(`${prefix} is withdrawn`)
  if (event.withdrawn.length > 0) break
}
await worker.stop({ communication: 'the example is over' })
await router.stop()
