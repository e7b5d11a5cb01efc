import type { ByteReader, ByteWriter } from '../../net/bytes.js'
import { readMac, writeMac } from '../../net/mac.js'
import { ok, type Result, refused } from '../../net/result.js'
import type { NdpFault, NdpOption } from './message.js'

const sourceLinkLayerAddress = 1
const targetLinkLayerAddress = 2
/** Lengths count in units of 8 octets, type and length included (RFC 4861 §4.6). */
const unit = 8

/** All that is left. */
export function decodeOptions(r: ByteReader): Result<readonly NdpOption[], NdpFault> {
  const options: NdpOption[] = []
  while (r.left > 0) {
    if (r.left < 2) return refused('bad-option-length')
    const type = r.u8()
    const length = r.u8() * unit
    // §4.6: "Nodes MUST silently discard an ND packet that contains an option with length zero."
    if (length === 0 || length - 2 > r.left) return refused('bad-option-length')
    options.push(readOption(r, type, length - 2))
  }
  return ok(options)
}

export function writeOption(w: ByteWriter, option: NdpOption): ByteWriter {
  switch (option.kind) {
    case 'source-link-layer-address':
      return writeMac(w.u8(sourceLinkLayerAddress).u8(1), option.mac)
    case 'target-link-layer-address':
      return writeMac(w.u8(targetLinkLayerAddress).u8(1), option.mac)
    case 'other':
      return w
        .u8(option.type)
        .u8((option.value.length + 2) / unit)
        .bytes(option.value)
  }
}

/** A link-layer address of another length than Ethernet's is kept as it came: it names no station here. */
function readOption(r: ByteReader, type: number, length: number): NdpOption {
  if (length === 6) {
    if (type === sourceLinkLayerAddress) return { kind: 'source-link-layer-address', mac: readMac(r) }
    if (type === targetLinkLayerAddress) return { kind: 'target-link-layer-address', mac: readMac(r) }
  }
  return { kind: 'other', type, value: r.bytes(length) }
}
