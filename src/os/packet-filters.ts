import type { BpfInstruction } from './socket-options.js'

/** What a packet socket is for. */
export type PacketKind = 'arp' | 'ndp' | 'vrrp-ipv4' | 'vrrp-ipv6'

/** Classic BPF over whole Ethernet frames (<linux/bpf_common.h>): loads of half words and octets, jumps, an end. */
const halfWord = 0x28
const octet = 0x30
const ifEqual = 0x15
const ifAnyBit = 0x45
const end = 0x06

const everything = 0xffff

interface Test {
  readonly load: typeof halfWord | typeof octet
  readonly at: number
  /** One of these. */
  readonly is?: readonly number[]
  /** None of these bits. */
  readonly without?: number
}

const tests: Readonly<Record<PacketKind, readonly Test[]>> = {
  // RFC 826: Ethernet, IPv4, their lengths, request or reply.
  arp: [
    { load: halfWord, at: 12, is: [0x0806] },
    { load: halfWord, at: 14, is: [1] },
    { load: halfWord, at: 16, is: [0x0800] },
    { load: halfWord, at: 18, is: [0x0604] },
    { load: halfWord, at: 20, is: [1, 2] },
  ],
  // RFC 4861 §7.1: ICMPv6 without extension headers, hop limit 255, solicitation or advertisement of a neighbour.
  ndp: [
    { load: halfWord, at: 12, is: [0x86dd] },
    { load: octet, at: 20, is: [58] },
    { load: octet, at: 21, is: [255] },
    { load: octet, at: 54, is: [135, 136] },
  ],
  // RFC 9568 §5.1: protocol 112, not a fragment. The TTL is judged, and counted, by the decoder.
  'vrrp-ipv4': [
    { load: halfWord, at: 12, is: [0x0800] },
    { load: octet, at: 23, is: [112] },
    // More fragments, and the offset of this one (RFC 791 §3.1).
    { load: halfWord, at: 20, without: 0x3fff },
  ],
  'vrrp-ipv6': [
    { load: halfWord, at: 12, is: [0x86dd] },
    { load: octet, at: 20, is: [112] },
  ],
}

/** The program that lets through what a socket of this kind is for. */
export function packetFilter(kind: PacketKind): readonly BpfInstruction[] {
  const program: BpfInstruction[] = []
  const size = tests[kind].reduce((sum, { is }) => sum + 1 + (is?.length ?? 1), 0)
  for (const { load, at, is, without } of tests[kind]) {
    program.push({ code: load, jt: 0, jf: 0, k: at })
    const values = is ?? []
    values.forEach((value, i) => {
      const last = i === values.length - 1
      // Behind the tests are "accept" and "refuse".
      const refuse = size - program.length
      program.push({ code: ifEqual, jt: values.length - 1 - i, jf: last ? refuse : 0, k: value })
    })
    if (without !== undefined) {
      program.push({ code: ifAnyBit, jt: size - program.length, jf: 0, k: without })
    }
  }
  return [...program, { code: end, jt: 0, jf: 0, k: everything }, { code: end, jt: 0, jf: 0, k: 0 }]
}

/** Lets nothing through: for a socket that only sends. */
export const refuseAll: readonly BpfInstruction[] = [{ code: end, jt: 0, jf: 0, k: 0 }]
