/** Text from the network as it may go to a terminal or a log line: no control, format or line separator characters. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd')
}

/** Two digits an octet, cut to `limit` octets with what is left out said. */
export function hexOf(octets: Uint8Array, limit = 64): string {
  const shown = Array.from(octets.subarray(0, limit), (octet) => octet.toString(16).padStart(2, '0')).join('')
  return octets.length > limit ? `${shown}… (${octets.length} octets)` : shown
}
