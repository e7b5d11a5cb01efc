/** Numbers that look random and are the same for the same seed. */
export interface Prng {
  /** An integer from 0 to `limit` - 1. */
  below(limit: number): number
  /** True once in `n` times. */
  oneIn(n: number): boolean
}

/** mulberry32: 32 bits of state, fast, and good enough to choose octets. */
export function prng(seed: number): Prng {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return { below, oneIn: (n) => below(n) === 0 }
}
