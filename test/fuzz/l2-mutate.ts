import type { Prng } from './prng.js'

/** Values at the edges of what lengths, flags and types mean. */
const edges = [0, 1, 2, 0x7f, 0x80, 0xff]

/** One frame out of `corpus` with a few octets changed, cut, put in, or joined to the end of another. */
export function mutateFrame(corpus: readonly Uint8Array[], random: Prng): Uint8Array {
  const pick = () => corpus[random.below(corpus.length)] ?? new Uint8Array(0)
  let frame = Uint8Array.from(pick())
  for (let changes = random.below(4); changes >= 0; changes--) {
    const at = random.below(frame.length + 1)
    switch (random.below(6)) {
      case 0:
        frame = frame.slice(0, at)
        break
      case 1:
        frame = Uint8Array.of(...frame.subarray(0, at), ...pick().subarray(random.below(40)))
        break
      case 2:
        frame = Uint8Array.of(...frame.subarray(0, at), random.below(256), ...frame.subarray(at))
        break
      case 3:
        frame[at] = edges[random.below(edges.length)] ?? 0
        break
      case 4:
        frame[at] = (frame[at] ?? 0) ^ (1 << random.below(8))
        break
      default:
        frame[at] = random.below(256)
    }
  }
  return frame
}
