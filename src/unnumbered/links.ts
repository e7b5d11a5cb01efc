import { type LinkEvent, type LinkState, newLink, stepLink } from '../../bgp/unnumbered/link.js'
import {
  decodeRouterDiscovery,
  encodeAdvertisement,
  encodeSolicitation,
  type RouterDiscovery,
} from '../../bgp/unnumbered/router-discovery.js'
import type { Cancel, Clock } from '../../net/clock.js'
import type { Ipv6 } from '../../net/ip.js'
import { isLinkLocal } from '../../net/ip-kind.js'
import type { Result } from '../../net/result.js'
import { type HostAddress, linkLocalOn } from '../os/interfaces.js'
import type { RouterDiscoverySocket } from '../os/router-discovery-socket.js'
import { ALL_NODES, ALL_ROUTERS } from './groups.js'

/** Who is at the other end of a link, or why nobody knows. */
export type Neighbourhood =
  | { readonly is: 'known'; readonly address: Ipv6 }
  | { readonly is: 'unknown'; readonly because: string }

/** What router discovery needs of the host. */
export interface Discovery {
  /** Refused, in words with the remedy, without the privilege. */
  open(): Result<RouterDiscoverySocket>
  /** 0 for none of that name. */
  interfaceIndex(name: string): number
}

export interface LinksOptions extends Discovery {
  readonly clock: Clock
  random(): number
  hostAddresses(): readonly HostAddress[]
  onChange(interfaceName: string, neighbourhood: Neighbourhood): void
  onWarning(text: string): void
}

/** How often what has arrived is read: nobody waits for a router advertisement by the millisecond. */
const TICK_MS = 250
/** How many of those pass between two looks at the interfaces. */
const TICKS_PER_LOOK = 4

/** Never more in one turn: a link full of advertisements must not hold up sessions. */
const MOST_PER_TICK = 64

interface Link {
  state: LinkState
  /** Of the interface that was joined; 0 before. */
  index: number
  own: Ipv6 | undefined
  because: string | undefined
}

/** Meets the neighbours of unnumbered peers by router advertisements, ours and theirs (RFC 4861). */
export class Links {
  readonly #options: LinksOptions
  readonly #links = new Map<string, Link>()
  #socket: RouterDiscoverySocket | undefined
  #cancel: Cancel = () => undefined
  #ticks = 0

  constructor(options: LinksOptions) {
    this.#options = options
  }

  /** Looks on these interfaces and no others; each is told of at once, and whenever something changes. */
  watch(names: ReadonlySet<string>): void {
    for (const name of this.#links.keys()) if (!names.has(name)) this.#links.delete(name)
    for (const name of names) {
      if (!this.#links.has(name))
        this.#links.set(name, { state: newLink, index: 0, own: undefined, because: undefined })
    }
    if (names.size === 0) this.stop()
    else if (this.#socket === undefined) this.#start()
    else this.#look()
  }

  stop(): void {
    this.#cancel()
    this.#socket?.close()
    this.#socket = undefined
    this.#links.clear()
  }

  #start(): void {
    const opened = this.#options.open()
    if (!opened.ok) {
      for (const [name, link] of this.#links) this.#unknown(name, link, opened.because)
      this.#options.onWarning(`unnumbered peers stay down: ${opened.because}`)
      return
    }
    this.#socket = opened.value
    this.#look()
    this.#tickLater()
  }

  #tickLater(): void {
    this.#cancel = this.#options.clock.after(TICK_MS, () => {
      this.#ticks++
      if (this.#ticks % TICKS_PER_LOOK === 0) this.#look()
      this.#read()
      for (const [name, link] of this.#links) this.#step(name, link, { is: 'tick' })
      this.#tickLater()
    })
  }

  /** Interfaces come, go, and come back as others of the same name. */
  #look(): void {
    const host = this.#options.hostAddresses()
    for (const [name, link] of this.#links) {
      const index = this.#options.interfaceIndex(name)
      const own = linkLocalOn(
        host.filter(({ transient }) => !transient),
        name,
      )
      const ready = index !== 0 && own !== undefined
      const because = ready ? this.#joined(link, index) : absence(name, index)
      link.own = own
      if (because === undefined) {
        if (!link.state.up) this.#step(name, link, { is: 'up' })
        this.#unknown(name, link, `no router advertisement has been heard on ${name} yet`)
      } else {
        if (link.state.up) this.#step(name, link, { is: 'down' })
        this.#unknown(name, link, because)
      }
    }
  }

  #joined(link: Link, index: number): string | undefined {
    if (link.index === index) return undefined
    const problem = this.#socket?.join(index)
    if (problem !== undefined) return `router solicitations cannot be heard there: ${problem}`
    link.index = index
    link.state = { ...link.state, up: false }
    return undefined
  }

  /** Told once for each reason, and only while nobody is known. */
  #unknown(name: string, link: Link, because: string): void {
    if (link.state.neighbour !== undefined || link.because === because) return
    link.because = because
    this.#options.onChange(name, { is: 'unknown', because })
  }

  #read(): void {
    for (let i = 0; i < MOST_PER_TICK; i++) {
      const received = this.#socket?.receive()
      if (received === undefined) return
      const message = decodeRouterDiscovery(received.octets)
      if (message === undefined || !isLinkLocal(received.source)) continue
      for (const [name, link] of this.#links) {
        if (link.index !== received.interfaceIndex || link.own === received.source) continue
        this.#step(name, link, { is: 'heard', message, from: received.source })
      }
    }
  }

  #step(name: string, link: Link, event: LinkEvent): void {
    const { clock, onChange, onWarning } = this.#options
    const context = { now: clock.now(), random: () => this.#options.random() }
    const { link: next, actions } = stepLink(link.state, event, context)
    link.state = next
    for (const action of actions) {
      switch (action.do) {
        case 'send':
          this.#send(link, action.what)
          break
        case 'found':
          link.because = undefined
          onChange(name, { is: 'known', address: action.address })
          break
        case 'ignored':
          onWarning(
            `two routers advertise themselves on ${name}: the session stays with ${action.instead}, not ${action.address}`,
          )
          break
      }
    }
  }

  /** What cannot be sent now is sent again soon, and an interface that is down is told of as such. */
  #send(link: Link, what: RouterDiscovery['kind']): void {
    if (what === 'advertisement') this.#socket?.send(link.index, ALL_NODES, encodeAdvertisement())
    else this.#socket?.send(link.index, ALL_ROUTERS, encodeSolicitation())
  }
}

function absence(name: string, index: number): string {
  return index === 0
    ? `this host has no interface ${name}`
    : `${name} is down, or has no link-local address (see: ip -6 address show dev ${name})`
}
