import { bird } from './bird.js'
import { kindOf } from './create.js'
import type { Driver } from './driver.js'
import { frr } from './frr.js'
import { gobgp } from './gobgp.js'
import { openbgpd } from './openbgpd.js'
import type { Packaging, RouterKind, Vendor } from './router.js'

/** A router of another vendor is one more file, and one more word here. */
const drivers: readonly Driver[] = [frr, bird, gobgp, openbgpd]
const packagings: readonly Packaging[] = ['package', 'container']

/** Every router that herald is tested against: `for (const kind of everyRouter) t.test(kind.name, …)`. */
export const everyRouter: readonly RouterKind[] = drivers.flatMap((driver) =>
  packagings.map((packaging) => kindOf(driver, packaging)),
)

export function routerKind(vendor: Vendor, packaging: Packaging): RouterKind {
  const kind = everyRouter.find(
    (candidate) => candidate.vendor === vendor && candidate.packaging === packaging,
  )
  if (kind === undefined) throw new Error(`no router ${vendor} ${packaging}`)
  return kind
}

export type * from './router.js'
