import type { Steps } from './steps.js'

const DIGITS = 1 << 16
/** Keys that are looked at in a step: two milliseconds or so. */
const STEP = 1 << 16

/**
 * The order in which keys of `each` words ascend, as indices; equal keys keep their order. A million keys take some
 * tens of milliseconds, where a comparing sort takes a second.
 */
export function* radixOrder(words: Uint32Array, each: number, count: number): Steps<Uint32Array> {
  let order = Uint32Array.from({ length: count }, (_, i) => i)
  let next = new Uint32Array(count)
  const places = new Uint32Array(DIGITS)
  for (let word = each - 1; word >= 0; word--) {
    for (const shift of [0, 16]) {
      places.fill(0)
      const digitOf = (index: number) => ((words[index * each + word] ?? 0) >>> shift) & (DIGITS - 1)
      for (let i = 0; i < count; i++) {
        const digit = digitOf(i)
        places[digit] = (places[digit] ?? 0) + 1
        if (i % STEP === STEP - 1) yield
      }
      // A digit that is the same in all keys orders nothing.
      if (count === 0 || places[digitOf(0)] === count) continue
      let place = 0
      for (let digit = 0; digit < DIGITS; digit++) {
        const many = places[digit] ?? 0
        places[digit] = place
        place += many
      }
      for (let i = 0; i < count; i++) {
        const index = order[i] ?? 0
        const digit = digitOf(index)
        const at = places[digit] ?? 0
        places[digit] = at + 1
        next[at] = index
        if (i % STEP === STEP - 1) yield
      }
      ;[order, next] = [next, order]
    }
  }
  return order
}
