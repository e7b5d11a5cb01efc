import type { BpfInstruction } from '../../src/os/socket-options.js'

/**
 * Runs a classic BPF program over a frame as the kernel does (BSD Packet Filter, McCanne and Jacobson 1993), as far as
 * filters here go. Octets that are let through; a load beyond the frame's end lets none through.
 * @throws RangeError on an instruction that it does not know, and on leaving the program
 */
export function runFilter(program: readonly BpfInstruction[], frame: Uint8Array): number {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
  let accumulator = 0
  // Jumps only lead forwards, so this ends.
  for (let at = 0; at < program.length; at++) {
    const { code, jt, jf, k } = program[at] as BpfInstruction
    switch (code) {
      case 0x28: // ldh
        if (k + 2 > frame.length) return 0
        accumulator = view.getUint16(k)
        break
      case 0x30: // ldb
        if (k + 1 > frame.length) return 0
        accumulator = view.getUint8(k)
        break
      case 0x15: // jeq
        at += accumulator === k ? jt : jf
        break
      case 0x45: // jset
        at += (accumulator & k) !== 0 ? jt : jf
        break
      case 0x06: // ret
        return k
      default:
        throw new RangeError(`no instruction 0x${code.toString(16)}`)
    }
  }
  throw new RangeError('the program was left')
}
