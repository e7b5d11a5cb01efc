import type { Ip } from '../../net/ip.js'
import type { Asker } from '../address/announcer.js'
import type { Ask } from '../hear.js'

/** Beyond so many, askers ask again. */
const most = 4096

/** Who asked for an address while it was taken over, each question once: they are told as soon as that is over. */
export class LateAnswers {
  readonly #byTarget = new Map<Ip, Asker[]>()
  #size = 0

  owe({ target, asker }: Ask): void {
    if (this.#size >= most) return
    this.#size++
    const known = this.#byTarget.get(target)
    if (known === undefined) this.#byTarget.set(target, [asker])
    else known.push(asker)
  }

  /** In the order of their questions; nothing is owed any more. */
  take(target: Ip): readonly Asker[] {
    const owed = this.#byTarget.get(target) ?? []
    this.#byTarget.delete(target)
    this.#size -= owed.length
    return owed
  }
}
