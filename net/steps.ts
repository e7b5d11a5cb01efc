/** Work in steps of some milliseconds: whoever drives it decides what happens in between. */
export type Steps<Value> = Generator<void, Value>

/** Takes every step at once. */
export function finish<Value>(steps: Steps<Value>): Value {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/** Waits for a turn between the steps. */
export async function finishInTurns<Value>(steps: Steps<Value>, turn: () => Promise<void>): Promise<Value> {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    await turn()
  }
}
