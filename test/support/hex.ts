/**
 * Octets from hexadecimal laid out by field: white space is ignored, and so is `//` to the end of its line.
 * @throws RangeError on anything that is not whole octets, so that a slip in a table is not a shorter frame.
 */
export function hex(text: string): Uint8Array {
  const digits = text.replace(/\/\/.*$/gm, '').replace(/\s+/g, '')
  if (!/^([0-9a-f]{2})*$/i.test(digits)) throw new RangeError(`not whole octets of hexadecimal: '${digits}'`)
  return Uint8Array.from(digits.match(/../g) ?? [], (octet) => Number.parseInt(octet, 16))
}
