/** For the `default` of a switch that returns nothing: a case that tsc knows to be missing does not compile. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`)
}
