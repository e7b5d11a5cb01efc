/** ARP, NDP, MLD and VRRP as an interface of the LAN sees them, recorded by tcpdump, decoded by tshark. */
import type { Namespace } from './netns.js'
import { startTcpdump } from './tcpdump.js'
import { type Complaint, complaintsOf, expertFields, type FieldsOf, readFields } from './tshark.js'

interface Framed {
  /** Seconds since 1970, by the kernel. */
  readonly at: number
  /** Of Ethernet. */
  readonly from: string
  readonly to: string
}

export interface ArpFrame extends Framed {
  readonly kind: 'request' | 'reply'
  readonly senderMac: string
  readonly senderIp: string
  readonly targetMac: string
  readonly targetIp: string
}

export interface SolicitationFrame extends Framed {
  readonly kind: 'solicitation'
  readonly source: string
  readonly destination: string
  readonly target: string
  /** Of the source link-layer address option. */
  readonly linkAddress: string | undefined
}

export interface AdvertisementFrame extends Framed {
  readonly kind: 'advertisement'
  readonly source: string
  readonly destination: string
  readonly hopLimit: number
  readonly target: string
  readonly router: boolean
  readonly solicited: boolean
  readonly override: boolean
  /** Of the target link-layer address option. */
  readonly linkAddress: string | undefined
}

export interface ListenerReportFrame extends Framed {
  readonly kind: 'listener-report'
  readonly groups: readonly string[]
}

export interface VrrpFrame extends Framed {
  readonly kind: 'vrrp'
  readonly source: string
  readonly destination: string
  readonly version: number
  readonly virtualRouterId: number
  readonly priority: number
  readonly addresses: readonly string[]
}

export type LanFrame = ArpFrame | SolicitationFrame | AdvertisementFrame | ListenerReportFrame | VrrpFrame

export interface LanRecording {
  readonly frames: readonly LanFrame[]
  readonly complaints: readonly Complaint[]
}

export interface LanCapture {
  /** Ends the capture and decodes it. */
  readonly stop: () => Promise<LanRecording>
}

/** Frames of one kind. */
export function framesOf<K extends LanFrame['kind']>(
  { frames }: LanRecording,
  ...kinds: readonly K[]
): readonly Extract<LanFrame, { readonly kind: K }>[] {
  const has = (frame: LanFrame): frame is Extract<LanFrame, { readonly kind: K }> =>
    kinds.some((kind) => kind === frame.kind)
  return frames.filter(has)
}

/**
 * From the moment the returned promise resolves.
 * @param pseudoHeader whether IPv4 advertisements of VRRP are to have the checksum that keepalived sends by default
 */
export async function startLanCapture(
  namespace: Namespace,
  name = 'eth0',
  { pseudoHeader = false }: { readonly pseudoHeader?: boolean } = {},
): Promise<LanCapture> {
  const tcpdump = await startTcpdump(namespace, name, 'arp or ip6 or ip proto 112')
  const options = ['-n', '-o', 'vrrp.v3_checksum_as_in_v2:'.concat(pseudoHeader ? 'FALSE' : 'TRUE')]
  return {
    stop: async () => {
      const rows = await readFields(await tcpdump.stop(), options, fields)
      return {
        frames: rows.flatMap(frameOf),
        complaints: rows.flatMap((row) => complaintsOf(row, row['eth.src'][0] ?? '')),
      }
    },
  }
}

const fields = [
  ...['frame.time_epoch', 'eth.src', 'eth.dst', 'ip.src', 'ip.dst', 'ipv6.src', 'ipv6.dst', 'ipv6.hlim'],
  ...['arp.opcode', 'arp.src.hw_mac', 'arp.src.proto_ipv4', 'arp.dst.hw_mac', 'arp.dst.proto_ipv4'],
  ...['icmpv6.type', 'icmpv6.nd.ns.target_address', 'icmpv6.nd.na.target_address', 'icmpv6.opt.linkaddr'],
  ...['icmpv6.nd.na.flag.r', 'icmpv6.nd.na.flag.s', 'icmpv6.nd.na.flag.o'],
  'icmpv6.mldr.mar.multicast_address',
  ...['vrrp.version', 'vrrp.virt_rtr_id', 'vrrp.prio', 'vrrp.ip_addr', 'vrrp.ipv6_addr'],
  ...expertFields,
] as const

type Row = FieldsOf<(typeof fields)[number]>

function frameOf(row: Row): LanFrame[] {
  const first = (field: (typeof fields)[number]) => row[field][0] ?? ''
  const framed = { at: Number(first('frame.time_epoch')), from: first('eth.src'), to: first('eth.dst') }
  const ends = {
    source: first('ip.src') || first('ipv6.src'),
    destination: first('ip.dst') || first('ipv6.dst'),
  }
  const [linkAddress] = row['icmpv6.opt.linkaddr']
  if (first('arp.opcode') !== '') {
    return [
      {
        ...framed,
        kind: first('arp.opcode') === '1' ? 'request' : 'reply',
        senderMac: first('arp.src.hw_mac'),
        senderIp: first('arp.src.proto_ipv4'),
        targetMac: first('arp.dst.hw_mac'),
        targetIp: first('arp.dst.proto_ipv4'),
      },
    ]
  }
  if (first('vrrp.version') !== '') {
    return [
      {
        ...{ ...framed, ...ends, kind: 'vrrp', version: Number(first('vrrp.version')) },
        ...{ virtualRouterId: Number(first('vrrp.virt_rtr_id')), priority: Number(first('vrrp.prio')) },
        addresses: [...row['vrrp.ip_addr'], ...row['vrrp.ipv6_addr']],
      },
    ]
  }
  switch (first('icmpv6.type')) {
    case '135':
      return [
        {
          ...{ ...framed, ...ends, kind: 'solicitation', linkAddress },
          target: first('icmpv6.nd.ns.target_address'),
        },
      ]
    case '136':
      return [
        {
          ...{ ...framed, ...ends, kind: 'advertisement', linkAddress },
          hopLimit: Number(first('ipv6.hlim')),
          target: first('icmpv6.nd.na.target_address'),
          router: isSet(first('icmpv6.nd.na.flag.r')),
          solicited: isSet(first('icmpv6.nd.na.flag.s')),
          override: isSet(first('icmpv6.nd.na.flag.o')),
        },
      ]
    case '143':
      return [{ ...framed, kind: 'listener-report', groups: row['icmpv6.mldr.mar.multicast_address'] }]
    default:
      return []
  }
}

/** '1' or 'True', as tshark's version has it. */
function isSet(flag: string): boolean {
  return flag === '1' || flag === 'True'
}
