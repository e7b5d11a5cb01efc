import type { ControlService } from '../control/service.js'
import type { WebSource } from '../http/source.js'
import type { Daemon } from './daemon.js'
import { peerDetail } from './peer-report.js'

/** The daemon as HTTP shows it: the reports of its API, without hints, which cost a look at the kernel for each peer. */
export function webSource(daemon: Daemon, service: ControlService): WebSource {
  return {
    facts: async () => ({
      status: service.status(),
      peers: daemon.speaker.peers.map((peer) => peerDetail(daemon.settings.node, peer, [])),
      health: service.health(),
      lan: await daemon.lan.report(),
    }),
    l2: () => service.l2(),
    l2Askers: () => service.l2Askers(undefined),
    follow: (listener) => service.follow(listener),
  }
}
