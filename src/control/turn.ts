/** Resolves after pending I/O: what is long waits for it between its steps. */
export function turn(): Promise<void> {
  return new Promise((done) => setImmediate(done))
}
