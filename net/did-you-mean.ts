/** The candidate that `text` is most likely a misspelling of; undefined when none is near enough to be worth saying. */
export function didYouMean(text: string, candidates: readonly string[]): string | undefined {
  const written = text.toLowerCase()
  // A third of the letters wrong is a typing error; more is another word.
  let best = {
    distance: Math.floor(Math.max(written.length, 3) / 3) + 1,
    candidate: undefined as string | undefined,
  }
  for (const candidate of candidates) {
    const distance = editDistance(written, candidate.toLowerCase())
    if (distance < best.distance) best = { distance, candidate }
  }
  return best.candidate
}

/** Letters inserted, left out, replaced, or swapped with their neighbour (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      let cost = Math.min((row[j - 1] ?? 0) + 1, (last[j] ?? 0) + 1, replaced)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1)
      row.push(cost)
    }
    beforeLast = last
    last = row
  }
  return last[b.length] ?? 0
}
