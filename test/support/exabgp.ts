/** A second decoder of UPDATEs, which shares no line with tshark or with ours. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { attempt } from './command.js'
import { ownPrefix } from './leftovers.js'

export interface DecodedUpdate {
  readonly attribute?: Readonly<Record<string, unknown>>
  /** Family, then next hop, then routes. */
  readonly announce?: Readonly<Record<string, Readonly<Record<string, readonly { readonly nlri: string }[]>>>>
  readonly withdraw?: Readonly<Record<string, readonly { readonly nlri: string }[]>>
  /** An End-of-RIB is told by itself. */
  readonly eor?: unknown
}

/** Decodes one whole UPDATE as of an external session with four-octet numbers; throws with ExaBGP's words. */
export async function exabgpDecode(
  message: Uint8Array,
  sender: { readonly asn: number } = { asn: 65001 },
): Promise<DecodedUpdate> {
  const folder = await mkdtemp(join(tmpdir(), `${ownPrefix}exabgp-`))
  try {
    const file = join(folder, 'exabgp.conf')
    await writeFile(file, neighbor(sender.asn))
    const hex = Buffer.from(message).toString('hex').toUpperCase()
    const { status, stdout, stderr } = await attempt(['exabgp', file, '--decode', hex], {
      env: { exabgp_log_enable: 'true', exabgp_log_destination: 'stdout' },
    })
    const printed = stdout + stderr
    const json = /\{ "exabgp".*\}/.exec(printed)?.[0]
    if (status !== 0 || json === undefined) throw new Error(`exabgp cannot decode ${hex}:\n${printed}`)
    const { neighbor: said } = JSON.parse(json) as {
      neighbor: { message: { update?: DecodedUpdate; eor?: unknown } }
    }
    return said.message.update ?? { eor: said.message.eor }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function neighbor(asn: number): string {
  return `neighbor 192.0.2.1 {
  router-id 192.0.2.2; local-address 192.0.2.2; local-as ${asn === 65000 ? 65001 : 65000}; peer-as ${asn};
  family { ipv4 unicast; ipv6 unicast; }
}
`
}
