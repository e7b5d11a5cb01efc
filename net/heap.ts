/** A binary heap: its first item comes before all others. Adding one, and taking the first, costs the logarithm of its size. */
export class Heap<T> {
  readonly #before: (a: T, b: T) => boolean
  readonly #items: T[] = []

  /** @param before a strict order; what is equal in it comes out in any order */
  constructor(before: (a: T, b: T) => boolean) {
    this.#before = before
  }

  get size(): number {
    return this.#items.length
  }

  get first(): T | undefined {
    return this.#items[0]
  }

  push(item: T): void {
    const items = this.#items
    let at = items.length
    items.push(item)
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = items[parent] as T
      if (!this.#before(item, above)) break
      items[at] = above
      at = parent
    }
    items[at] = item
  }

  /** Takes the first out. */
  pop(): T | undefined {
    const items = this.#items
    const first = items[0]
    const last = items.pop()
    if (last !== undefined && items.length > 0) this.#sink(last)
    return first
  }

  /** Leaves out all others; costs what there is. */
  keep(wanted: (item: T) => boolean): void {
    const kept = this.#items.filter(wanted)
    this.#items.length = 0
    for (const item of kept) this.push(item)
  }

  /** From the top, which is free. */
  #sink(item: T): void {
    const items = this.#items
    let at = 0
    for (;;) {
      const left = 2 * at + 1
      if (left >= items.length) break
      const right = left + 1
      const isRight = right < items.length && this.#before(items[right] as T, items[left] as T)
      const child = isRight ? right : left
      const below = items[child] as T
      if (!this.#before(below, item)) break
      items[at] = below
      at = child
    }
    items[at] = item
  }
}
