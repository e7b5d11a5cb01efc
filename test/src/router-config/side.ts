import type { Result } from '../../../net/result.js'
import { describeRouterSide, type Known } from '../../../src/router-config/describe.js'
import type { RouterSide } from '../../../src/router-config/router-side.js'
import { settingsOf } from '../../support/config.js'

export { ip } from '../../support/address.js'

const announcements = `announcements:
  - name: pods
    podCIDRs: [10.244.1.0/24, "fd00:10:244:1::/64"]
    communities: ["65001:100"]
  - name: ingress
    loadBalancerIPs: [192.0.2.10, 192.0.2.20-192.0.2.29, 192.0.2.64/29]
`

/** The other side of the first peer of a file whose `bgp` has these lines. */
export function sideOf(bgp: string, known: Known = {}, rest = announcements): Result<RouterSide> {
  const settings = settingsOf(`bgp:\n  asn: 65001\n${bgp}\n${rest}`, { '/etc/herald/tor-1.key': 'sesame\n' })
  const [peer] = settings.bgp?.peers ?? []
  if (peer === undefined) throw new Error('no peer in the file')
  return describeRouterSide(settings, peer, known)
}
