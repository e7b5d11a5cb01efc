import type { Mac } from '../../net/mac.js'

/** More nodes than any LAN has that shares virtual IPs. */
const most = 64

/** The MAC addresses of the other nodes, learned from their advertisements; the one heard longest ago is forgotten. */
export class Members {
  readonly #macs = new Set<Mac>()

  get macs(): ReadonlySet<Mac> {
    return this.#macs
  }

  learn(mac: Mac): void {
    this.#macs.delete(mac)
    this.#macs.add(mac)
    if (this.#macs.size <= most) return
    for (const oldest of this.#macs) {
      this.#macs.delete(oldest)
      break
    }
  }
}
