import { formatEndpoint } from '../../net/endpoint.js'
import type { LabRouter } from './router.js'

/** Loopback addresses of the two; all of 127/8 is this machine's. */
const NODE_ADDRESS = '127.0.0.1'
const ROUTER_ADDRESS = '127.0.0.2'

/** What the node's file says at first, and what a reload adds. */
export const communitiesBefore = ['65001:100']
export const communitiesAfter = [...communitiesBefore, '65001:200']

export interface NodeFile {
  readonly router: Pick<LabRouter, 'endpoint'>
  readonly communities: readonly string[]
  readonly socket: string
  readonly stateDirectory: string
}

/** The node's file, as a user would write it; the comments say what is owed to the laboratory. */
export function nodeConfiguration({ router, communities, socket, stateDirectory }: NodeFile): string {
  const { address, port } = router.endpoint
  return `node: worker-1
bgp:
  asn: 65001
  routerId: 198.51.100.11
  listen: []                  # only connects; by default herald listens on port 179 too
  peers:
    - name: tor-1
      address: ${address}
      port: ${port}             # a free one: 179 needs a privilege
      asn: 65000
      localAddress: ${NODE_ADDRESS}
      connectRetryTime: 1s    # default 5s
      nextHop:                # default: this session's own address, but loopback is no next hop
        ipv4: 198.51.100.11
        ipv6: "2001:db8:1::11"
announcements:
  - name: pods
    podCIDRs: [10.244.1.0/24, "fd00:10:244:1::/64"]
  - name: ingress
    loadBalancerIPs: [192.0.2.10, 192.0.2.20-192.0.2.23, "2001:db8::10"]
    communities: [${communities.map((community) => `"${community}"`).join(', ')}]
control:
  socket: ${socket}
  stateDirectory: ${stateDirectory}
`
}

/** The embedded router is configured in the same language, but for its port, which is any free one. */
export const routerConfiguration = `node: tor-1
bgp:
  asn: 65000
  routerId: 198.51.100.1
  peers:
    - name: worker-1
      address: ${NODE_ADDRESS}
      asn: 65001
      localAddress: ${ROUTER_ADDRESS}
      passive: true
`

/** Who talks to whom, for the first page. */
export function drawing({ endpoint, title }: Pick<LabRouter, 'endpoint' | 'title'>): string {
  const where = formatEndpoint(endpoint)
  const width = Math.max(title.length, where.length) + 2
  const line = (left: string, link: string, right: string) =>
    `  | ${left.padEnd(18)}|${link}| ${right.padEnd(width)}|\n`
  const edge = `  +${'-'.repeat(19)}+           +${'-'.repeat(width + 1)}+\n`
  return [
    edge,
    line('worker-1', '           ', 'tor-1'),
    line('herald, AS 65001', '----BGP----', title),
    line(NODE_ADDRESS, '           ', where),
    edge,
  ].join('')
}
