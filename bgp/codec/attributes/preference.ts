import {
  fromExternal,
  type KnownRow,
  OPTIONAL_NON_TRANSITIVE,
  OPTIONAL_TRANSITIVE,
  WELL_KNOWN,
} from './row.js'

export const multiExitDisc: KnownRow<'multi-exit-disc'> = {
  kind: 'multi-exit-disc',
  code: 4,
  name: 'MULTI_EXIT_DISC',
  flags: OPTIONAL_NON_TRANSITIVE,
  malformed: 'treat-as-withdraw',
  decode: (value) => (value.left === 4 ? { kind: 'multi-exit-disc', med: value.u32() } : 'wrong-length'),
  encode(writer, attribute) {
    writer.u32(attribute.med)
  },
}

export const localPref: KnownRow<'local-pref'> = {
  kind: 'local-pref',
  code: 5,
  name: 'LOCAL_PREF',
  flags: WELL_KNOWN,
  malformed: 'treat-as-withdraw',
  unwelcome: fromExternal,
  decode: (value) => (value.left === 4 ? { kind: 'local-pref', localPref: value.u32() } : 'wrong-length'),
  encode(writer, attribute) {
    writer.u32(attribute.localPref)
  },
}

/** RFC 7311. */
export const aigp: KnownRow<'aigp'> = {
  kind: 'aigp',
  code: 26,
  name: 'AIGP',
  flags: OPTIONAL_NON_TRANSITIVE,
  // §3.3: malformed, or with the transitive bit set, it is treated as an unrecognized non-transitive attribute.
  malformed: 'attribute-discard',
  wrongFlags: 'attribute-discard',
  decode(value) {
    let metric: bigint | undefined
    while (value.left > 0) {
      const type = value.u8()
      const length = value.u16()
      if (length < 3) return 'bad-tlv'
      const tlv = value.take(length - 3)
      if (type !== 1) continue
      if (length !== 11) return 'bad-tlv'
      // §3: of several, the first one counts.
      metric ??= tlv.u64()
    }
    return metric === undefined ? 'bad-tlv' : { kind: 'aigp', metric }
  },
  encode(writer, attribute) {
    writer.u8(1).u16(11).u64(attribute.metric)
  },
}

/** RFC 9234 §5. */
export const onlyToCustomer: KnownRow<'only-to-customer'> = {
  kind: 'only-to-customer',
  code: 35,
  name: 'ONLY_TO_CUSTOMER',
  flags: OPTIONAL_TRANSITIVE,
  malformed: 'treat-as-withdraw',
  decode: (value) => (value.left === 4 ? { kind: 'only-to-customer', as: value.u32() } : 'wrong-length'),
  encode(writer, attribute) {
    writer.u32(attribute.as)
  },
}
