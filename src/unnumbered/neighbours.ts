import { type PeerSettings, unnumbered } from '../../bgp/peer-settings.js'
import type { Stop } from '../../bgp/stop.js'
import type { Neighbourhood } from './links.js'

/** What is known of the neighbours of unnumbered peers. */
export class Neighbours {
  readonly #byLink = new Map<string, Neighbourhood>()

  set(link: string, neighbourhood: Neighbourhood): void {
    this.#byLink.set(link, neighbourhood)
  }

  /** With the neighbour's address, where it is known; peers that have one of their own as they are. */
  locate(settings: PeerSettings): PeerSettings {
    if (settings.address !== unnumbered) return settings
    const neighbourhood = this.#at(settings)
    return neighbourhood?.is === 'known' ? { ...settings, address: neighbourhood.address } : settings
  }

  /** Why a peer cannot be reached yet; undefined when it has an address. */
  missing(settings: PeerSettings): Stop | undefined {
    if (settings.address !== unnumbered) return undefined
    const neighbourhood = this.#at(settings)
    const because =
      neighbourhood?.is === 'unknown'
        ? neighbourhood.because
        : `no router advertisement has been heard on ${settings.interface} yet`
    return { why: 'no-neighbour', because }
  }

  #at({ interface: link }: PeerSettings): Neighbourhood | undefined {
    return link === undefined ? undefined : this.#byLink.get(link)
  }
}
