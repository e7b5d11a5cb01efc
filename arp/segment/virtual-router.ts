import type { Cancel, Clock } from '../../net/clock.js'
import type { Ip } from '../../net/ip.js'
import type { IpVersion } from '../../net/prefix.js'
import type { ReceivedAdvertisement } from '../vrrp/codec.js'
import { initialize, stepVrrp } from '../vrrp/machine.js'
import { type AdvertisementInterval, type ChecksumForm, resignPriority } from '../vrrp/message.js'
import type { VrrpAction, VrrpEvent, VrrpSettings, VrrpState } from '../vrrp/state.js'
import { millisecondsOf, type VrrpTimer } from '../vrrp/timers.js'

export interface VirtualRouterServices {
  readonly clock: Clock
  send(priority: number, checksum: ChecksumForm, settings: VrrpSettings): void
  lead(change: TakeOver): void
  /** Before anything else is sent. */
  giveUp(because: string): void
  reannounce(): void
}

export interface TakeOver {
  readonly because: string
  /** Whether the owner so far is there, and answers until it has heard of this. */
  readonly from: 'living-owner' | 'nobody'
  /** From the last sign of life of an owner that is gone. */
  readonly failoverMs?: number
}

/** The owner as its advertisements tell it. */
export interface ActiveRouter {
  readonly ip: Ip
  readonly priority: number
}

export interface VirtualRouterSettings extends VrrpSettings {
  readonly fit: boolean
}

/** Of a node that is not fit: any other is better, and one that is fit takes over from it even without preemption. */
const unfitPriority = 1

/** Drives the machine of one virtual router (RFC 9568 §6.4): one group of addresses of one IP version on one link. */
export class VirtualRouter {
  readonly version: IpVersion
  readonly #services: VirtualRouterServices
  readonly #timers = new Map<VrrpTimer, Cancel>()
  #settings: VirtualRouterSettings
  #state: VrrpState = initialize
  /** The last advertisement of another node. */
  #heard: (ActiveRouter & { readonly at: number; readonly interval: AdvertisementInterval }) | undefined
  /** Out of service for good: what is given up stays given up. */
  #leaving = false

  constructor(version: IpVersion, settings: VirtualRouterSettings, services: VirtualRouterServices) {
    this.version = version
    this.#settings = settings
    this.#services = services
  }

  /** Answers for the addresses, or still does. */
  get leads(): boolean {
    return this.#state.state === 'Active' || this.#state.state === 'Resigning'
  }

  get stopped(): boolean {
    return this.#state.state === 'Initialize'
  }

  /** While another node owns the addresses. */
  get active(): ActiveRouter | undefined {
    return this.#state.state === 'Backup' ? this.#state.active : undefined
  }

  /** Whether any other node was ever heard. */
  get hasCompany(): boolean {
    return this.#heard !== undefined
  }

  /** @param atOnce without waiting for an owner to be heard: nobody else has ever been, or nobody is asked */
  start(atOnce = false): void {
    this.#leaving = false
    if (!this.stopped && this.#state.state !== 'Resigning') return
    this.#step({ is: 'Startup' })
    if (atOnce && !this.leads) this.#step({ is: 'TimerExpired', timer: 'Active_Down_Timer' })
  }

  /** Takes new settings without losing what it leads; a node that is not fit any more offers its addresses. */
  apply(settings: VirtualRouterSettings): void {
    const before = this.#settings
    this.#settings = settings
    if (before.fit === settings.fit || this.#leaving) return
    if (!settings.fit && this.#state.state === 'Active') this.#step({ is: 'HandOver' })
    else if (settings.fit && this.#state.state === 'Resigning') this.#step({ is: 'Startup' })
  }

  receive(received: ReceivedAdvertisement): void {
    if (received.source === this.#settings.primaryIp) return
    const { priority } = received.advertisement
    // An owner that is not fit either says "take it" to nodes that are: for this one it goes on as before.
    const ignored = priority === resignPriority && this.#state.state === 'Backup' && !this.#settings.fit
    const heard = ignored ? { ...received.advertisement, priority: unfitPriority } : received.advertisement
    this.#heard = {
      ...{ ip: received.source, priority: heard.priority, at: this.#services.clock.now() },
      interval: heard.maxAdvertiseInterval,
    }
    this.#step({ is: 'Received', ...received, advertisement: heard })
  }

  /** Beside what the timer does. */
  advertise(): void {
    const state = this.#state
    if (state.state !== 'Active') return
    this.#services.send(this.#effective({ is: 'Startup' }).priority, state.checksum, this.#settings)
  }

  /** Gives the addresses away as soon as a successor is heard, or after some intervals without one. */
  handOver(): void {
    this.#leaving = true
    this.#step({ is: 'HandOver' })
  }

  /** Stops at once. @param because for what is given up: 'eth0 is down' */
  stop(because: string): void {
    this.#leaving = true
    this.#step({ is: 'Shutdown' }, because)
  }

  #step(event: VrrpEvent, because?: string): void {
    const offering = this.#state.state === 'Resigning' && !this.#leaving
    // Nobody wanted what was offered: it stays here.
    const next: VrrpEvent =
      offering && event.is === 'TimerExpired' && event.timer === 'Hand_Over_Timer' ? { is: 'Startup' } : event
    const { state, actions } = stepVrrp(this.#state, next, this.#effective(next))
    this.#state = state
    for (const action of actions) this.#perform(action, next, because)
    if (offering && this.stopped) this.#step({ is: 'Startup' })
  }

  /** The settings that count now: a node's fitness is in its priority, and in whom it preempts. */
  #effective(event: VrrpEvent): VrrpSettings {
    const settings = this.#settings
    if (!settings.fit) return { ...settings, priority: unfitPriority, preempt: false }
    if (event.is !== 'Received' || event.advertisement.priority !== unfitPriority) return settings
    return { ...settings, preempt: true, preemptDelayMilliseconds: 0 }
  }

  #perform(action: VrrpAction, event: VrrpEvent, because: string | undefined): void {
    switch (action.do) {
      case 'send':
        this.#services.send(action.priority, action.checksum, this.#settings)
        return
      case 'start':
        this.#start(action.timer, action.milliseconds)
        return
      case 'stop':
        this.#stop(action.timer)
        return
      case 'take-over':
        this.#services.lead(this.#takeOver())
        return
      case 'reannounce':
        this.#services.reannounce()
        return
      case 'give-up':
        this.#services.giveUp(because ?? givenUpBecause(event))
        return
      case 'discard':
        return
    }
  }

  #start(timer: VrrpTimer, milliseconds: number): void {
    this.#stop(timer)
    const expire = () => {
      this.#timers.delete(timer)
      this.#step({ is: 'TimerExpired', timer })
    }
    this.#timers.set(timer, this.#services.clock.after(milliseconds, expire))
  }

  #stop(timer: VrrpTimer): void {
    this.#timers.get(timer)?.()
    this.#timers.delete(timer)
  }

  #takeOver(): TakeOver {
    const heard = this.#heard
    if (heard === undefined) return { because: 'no other node advertises it', from: 'nobody' }
    const { ip, priority, at, interval } = heard
    const inOrder = { from: 'living-owner' } as const
    if (priority === resignPriority) return { because: `${ip} hands it over`, ...inOrder }
    const { priority: ours } = this.#effective({ is: 'Startup' })
    const silentMs = this.#services.clock.now() - at
    // What is preempted was heard within its last interval.
    if (priority < ours && silentMs < 2 * millisecondsOf(interval)) {
      return { because: `${ip} has priority ${priority}, this node ${ours}`, ...inOrder }
    }
    const failoverMs = Math.round(silentMs)
    return { because: `${ip} was not heard for ${failoverMs} ms`, from: 'nobody', failoverMs }
  }
}

function givenUpBecause(event: VrrpEvent): string {
  switch (event.is) {
    case 'Received':
      return `${event.source} advertises it with priority ${event.advertisement.priority}`
    case 'TimerExpired':
      return 'handed over, and no other node has taken it'
    case 'Startup':
    case 'Shutdown':
    case 'HandOver':
      return 'handed over'
  }
}
