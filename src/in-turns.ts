/**
 * Milliseconds of work in one turn of the event loop: KEEPALIVEs, timers and the API wait no longer than that and the
 * piece that exceeds it.
 */
const BUDGET_MS = 5

/**
 * Runs pieces of work one after the other, after pending I/O. Node runs all that was given to setImmediate before it
 * looks at timers and sockets again, which adds up with a hundred peers: what exceeds the budget waits for the next turn.
 * @param next setImmediate, in earnest
 * @param now monotonic milliseconds
 */
export function inTurns(next: (turn: () => void) => void, now: () => number): (work: () => void) => void {
  let queue: (() => void)[] = []
  let scheduled = false
  const schedule = () => {
    if (scheduled || queue.length === 0) return
    scheduled = true
    next(run)
  }
  const run = () => {
    scheduled = false
    const turn = queue
    queue = []
    const end = now() + BUDGET_MS
    let done = 0
    try {
      while (done < turn.length && (done === 0 || now() < end)) turn[done++]?.()
    } finally {
      // What came up meanwhile goes last.
      queue = turn.slice(done).concat(queue)
      schedule()
    }
  }
  return (work) => {
    queue.push(work)
    schedule()
  }
}
