import { initialize, stepVrrp } from '../../../arp/vrrp/machine.js'
import type { VrrpAction, VrrpEvent, VrrpSettings, VrrpState } from '../../../arp/vrrp/state.js'
import type { VrrpTimer } from '../../../arp/vrrp/timers.js'

interface Node {
  readonly settings: VrrpSettings
  /** Undefined while the node is crashed. */
  state: VrrpState | undefined
  readonly timers: Map<VrrpTimer, number>
  /** Whether it would answer a client now. */
  answering: boolean
}

interface InFlight {
  readonly at: number
  readonly from: number
  readonly to: number
  readonly event: VrrpEvent
}

/** Nodes of one virtual router on a LAN in virtual time: every advertisement takes `latency` milliseconds, if it arrives. */
export class Lan {
  static readonly latency = 1
  now = 0
  sent = 0
  /** Whether this advertisement is lost; asked for each receiver. */
  loses: () => boolean = () => false
  /** Whether a node hears another. */
  hears: (to: number, from: number) => boolean = () => true
  /** Called after everything that happens. */
  watch: () => void = () => undefined
  readonly #nodes: readonly Node[]
  #inFlight: InFlight[] = []

  constructor(settings: readonly VrrpSettings[]) {
    this.#nodes = settings.map((settings) => ({
      settings,
      state: undefined,
      timers: new Map(),
      answering: false,
    }))
  }

  /** The nodes that answer clients now. */
  answering(): number[] {
    return this.#nodes.flatMap((node, i) => (node.answering ? [i] : []))
  }

  /** The nodes that take part: started, and neither crashed nor stopped. */
  running(): number[] {
    return this.#nodes.flatMap(({ state }, i) => (state && state.state !== 'Initialize' ? [i] : []))
  }

  stateOf(i: number): VrrpState | undefined {
    return this.#nodes[i]!.state
  }

  start(i: number): void {
    this.#nodes[i]!.state ??= initialize
    this.handle(i, { is: 'Startup' })
  }

  crash(i: number): void {
    const node = this.#nodes[i]!
    node.state = undefined
    node.timers.clear()
    node.answering = false
    this.watch()
  }

  handle(i: number, event: VrrpEvent): void {
    const node = this.#nodes[i]!
    if (node.state === undefined) return
    const { state, actions } = stepVrrp(node.state, event, node.settings)
    node.state = state
    for (const action of actions) this.#perform(i, action)
    this.watch()
  }

  /** Lets `milliseconds` of virtual time pass. */
  pass(milliseconds: number): void {
    const until = this.now + milliseconds
    for (let next = this.#next(); next !== undefined && next.at <= until; next = this.#next()) {
      this.now = next.at
      next.happen()
    }
    this.now = until
  }

  #next(): { at: number; happen: () => void } | undefined {
    let next: { at: number; happen: () => void } | undefined
    for (const message of this.#inFlight) {
      if (next === undefined || message.at < next.at)
        next = { at: message.at, happen: () => this.#deliver(message) }
    }
    for (const [i, { timers }] of this.#nodes.entries()) {
      for (const [timer, at] of timers) {
        if (next === undefined || at < next.at) next = { at, happen: () => this.#expire(i, timer) }
      }
    }
    return next
  }

  #deliver(message: InFlight): void {
    this.#inFlight = this.#inFlight.filter((other) => other !== message)
    if (this.hears(message.to, message.from)) this.handle(message.to, message.event)
  }

  #expire(i: number, timer: VrrpTimer): void {
    this.#nodes[i]!.timers.delete(timer)
    this.handle(i, { is: 'TimerExpired', timer })
  }

  #perform(i: number, action: VrrpAction): void {
    const node = this.#nodes[i]!
    switch (action.do) {
      case 'send':
        this.#send(i, action.priority)
        break
      case 'start':
        node.timers.set(action.timer, this.now + action.milliseconds)
        break
      case 'stop':
        node.timers.delete(action.timer)
        break
      case 'take-over':
        node.answering = true
        break
      case 'give-up':
        node.answering = false
        break
      case 'reannounce':
      case 'discard':
        break
    }
  }

  #send(from: number, priority: number): void {
    this.sent += 1
    const { virtualRouterId, advertisementInterval, addresses, primaryIp, checksum } =
      this.#nodes[from]!.settings
    const advertisement = {
      virtualRouterId,
      priority,
      maxAdvertiseInterval: advertisementInterval,
      addresses,
    }
    const event = { is: 'Received', advertisement, source: primaryIp, checksum } as const
    for (const to of this.#nodes.keys()) {
      if (to === from || !this.hears(to, from) || this.loses()) continue
      this.#inFlight.push({ at: this.now + Lan.latency, from, to, event })
    }
  }
}
