import type { Cancel, Clock } from '../../net/clock.js'
import { type Ip, isIpv4 } from '../../net/ip.js'
import type { Mac } from '../../net/mac.js'
import { type Defence, type DefenceAction, stepDefence, untroubled } from '../address/defence.js'
import {
  arpProbing,
  duplicateAddressDetection,
  type Probing,
  type ProbingAction,
  type ProbingEvent,
  stepProbing,
  unclaimed,
} from '../address/probing.js'
import type { Whose } from '../address/whose.js'
import type { Assertion } from '../assertion.js'
import type { Role } from '../link.js'
import type { AddressState } from './address-state.js'

export interface VirtualIpServices {
  readonly clock: Clock
  random(): number
  probe(ip: Ip): void
  /** Begins the schedule of announcements to everybody. */
  announce(ip: Ip): void
  /** It is answered for from now on, and who asked lately can be told in person. */
  settled(ip: Ip): void
  /** Tells the other nodes that this one is Active. */
  advertise(ip: Ip): void
  /** Announces once. */
  defend(ip: Ip): void
  /** Nothing more is announced. */
  quiet(ip: Ip): void
  changed(ip: Ip, from: AddressState, to: AddressState, because: string): void
  conflict(ip: Ip, mac: Mac, conflicts: number, defended: boolean): void
  splitBrain(ip: Ip, mac: Mac): void
}

export interface Conflict {
  readonly mac: Mac
  /** Of the clock. */
  readonly at: number
}

/**
 * Milliseconds from our taking an address over until the owner so far has surely received that, and is silent. Who asks
 * meanwhile is told when they are over: never two answers to one question, and never none.
 */
const settlingTime = 2

const roles: Readonly<Record<AddressState, Role>> = {
  owner: 'owner',
  backup: 'backup',
  probing: 'probing',
  contested: 'probing',
  nowhere: 'backup',
}

/** One address on one link: whether it may be claimed, whether this node leads it, and who contests it. */
export class VirtualIp {
  readonly ip: Ip
  /** The group it moves with. */
  group: string
  answered = 0
  /** Whether another node was last heard to ask if it is free: then that has not claimed it. */
  probedByMember = false
  lastFailover: { readonly at: number; readonly milliseconds: number } | undefined
  readonly #services: VirtualIpServices
  #probing: Probing = unclaimed
  #defence: Defence = untroubled
  #lastProbed: Conflict | undefined
  #cancelProbe: Cancel | undefined
  #leads = false
  /** While the owner so far may still answer. */
  #cancelSettling: Cancel | undefined
  #up = false
  #state: AddressState = 'nowhere'
  #because: string

  /** @param because for its being nowhere, as long as `up` was not called */
  constructor(ip: Ip, group: string, because: string, services: VirtualIpServices) {
    this.ip = ip
    this.group = group
    this.#because = because
    this.#services = services
  }

  get state(): AddressState {
    return this.#state
  }

  /** Of the last change, or of a link that is down. */
  get because(): string {
    return this.#because
  }

  get role(): Role {
    if (this.#state === 'owner' && this.#cancelSettling !== undefined) return 'taking-over'
    return roles[this.#state]
  }

  /** Foreign claims, of before and of after it was taken into use. */
  get conflicts(): number {
    return this.#defence.conflicts + (this.#probing.state === 'Conflicted' ? this.#probing.conflicts : 0)
  }

  get lastConflict(): Conflict | undefined {
    const [probed, defended] = [this.#lastProbed, this.#defence.last]
    if (probed === undefined || defended === undefined) return defended ?? probed
    return defended.at > probed.at ? defended : probed
  }

  /** Whether this node leads it and has yet to find it free. */
  get isProbing(): boolean {
    return this.#leads && this.#probing.state !== 'Claimed'
  }

  /** The link came up; what was claimed before stays so. Told by `takeLead` or `dropLead`, which follows. */
  up(): void {
    this.#up = true
  }

  /** The link is down or gone: nothing is led there. */
  down(because: string): void {
    this.#up = false
    this.dropLead(because)
    this.#because = because
  }

  /**
   * @param trusted another node of ours, or this one a moment ago, had it: it is claimed at once
   * @param from a living owner answers until it has heard of this
   */
  takeLead(trusted: boolean, because: string, from: 'living-owner' | 'nobody' = 'nobody'): void {
    if (this.#leads) return
    this.#leads = true
    if (from === 'living-owner') this.#settleLater()
    if (this.#probing.state === 'Claimed') this.#claim(because)
    else this.#stepProbing({ is: trusted && !this.probedByMember ? 'TakeOver' : 'Claim' }, because)
  }

  dropLead(because: string): void {
    if (!this.#leads) {
      this.#tell(because)
      return
    }
    this.#leads = false
    this.#settle()
    // Silent first: whoever has it next announces it.
    this.#services.quiet(this.ip)
    if (this.#probing.state !== 'Claimed') this.#stepProbing({ is: 'Release' }, because)
    this.#tell(because)
  }

  /** It is wanted no more. */
  forget(): void {
    this.#leads = false
    this.#settle()
    this.#cancelProbe?.()
    this.#services.quiet(this.ip)
  }

  /** @param at when it was heard, of the clock */
  hear(assertion: Assertion, whose: Whose, at: number): void {
    if (whose === 'member') this.probedByMember = assertion.is === 'probe'
    if (this.isProbing) {
      const verb = assertion.is === 'claim' ? 'has it' : 'wants it too'
      const because = `${assertion.mac}${whose === 'member' ? ', another node,' : ''} ${verb}`
      this.#stepProbing({ is: 'Heard', assertion, whose }, because)
      return
    }
    const now = this.#services.clock.now()
    const { defence, actions } = stepDefence(this.#defence, { assertion, whose, role: this.role, at }, now)
    this.#defence = defence
    for (const action of actions) this.#defend(action)
  }

  #stepProbing(event: ProbingEvent, because: string): void {
    const rule = isIpv4(this.ip) ? arpProbing : duplicateAddressDetection
    const { probing, actions } = stepProbing(this.#probing, event, rule, this.#services.random())
    this.#probing = probing
    for (const action of actions) this.#perform(action, because)
    this.#tell(because)
  }

  #expiredBecause(): string {
    return this.#probing.state === 'Conflicted' ? 'it is asked for again' : 'nobody else has it'
  }

  #perform(action: ProbingAction, because: string): void {
    switch (action.do) {
      case 'start':
        this.#cancelProbe?.()
        this.#cancelProbe = this.#services.clock.after(action.milliseconds, () =>
          this.#stepProbing({ is: 'TimerExpired' }, this.#expiredBecause()),
        )
        return
      case 'stop':
        this.#cancelProbe?.()
        this.#cancelProbe = undefined
        return
      case 'send-probe':
        this.#services.probe(this.ip)
        return
      case 'claim':
        this.#claim(because)
        return
      case 'report-conflict': {
        const { mac } = action.assertion
        this.#lastProbed = { mac, at: this.#services.clock.now() }
        this.#services.conflict(this.ip, mac, this.conflicts, false)
        return
      }
    }
  }

  /** Answered for before it is announced, unless another node answers still. */
  #claim(because: string): void {
    this.#tell(because)
    if (this.#state !== 'owner') return
    this.#services.announce(this.ip)
    if (this.#cancelSettling === undefined) this.#services.settled(this.ip)
  }

  #settleLater(): void {
    this.#cancelSettling = this.#services.clock.after(settlingTime, () => {
      this.#settle()
      if (this.#state === 'owner') this.#services.settled(this.ip)
    })
  }

  #settle(): void {
    this.#cancelSettling?.()
    this.#cancelSettling = undefined
  }

  #defend(action: DefenceAction): void {
    switch (action.do) {
      case 'defend':
        this.#services.defend(this.ip)
        return
      case 'advertise':
        this.#services.advertise(this.ip)
        return
      case 'report-conflict':
        this.#services.conflict(this.ip, action.assertion.mac, action.conflicts, action.defended)
        return
      case 'report-split-brain':
        this.#services.splitBrain(this.ip, action.assertion.mac)
        return
    }
  }

  #tell(because: string): void {
    const from = this.#state
    const to = this.#standing()
    if (from === to) return
    this.#state = to
    this.#because = because
    this.#services.changed(this.ip, from, to, because)
  }

  #standing(): AddressState {
    if (!this.#up) return 'nowhere'
    if (!this.#leads) return 'backup'
    switch (this.#probing.state) {
      case 'Claimed':
        return 'owner'
      case 'Conflicted':
        return 'contested'
      case 'Probing':
      case 'Unclaimed':
        return 'probing'
    }
  }
}
