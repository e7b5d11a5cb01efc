import { setFlagsFromString } from 'node:v8'

/**
 * Keeps V8 from a wrong conclusion. It sees that the first routes of a peer live long, because they are kept to be
 * shown, and from then on allocates every route straight into its old generation, where the garbage of a full table
 * (which is counted and forgotten) piles up to a hundred megabytes before it is collected.
 */
export function expectShortLives(): void {
  setFlagsFromString('--no-allocation-site-pretenuring')
}
