/** The container engine and the images, as scripts/router-image.sh finds or makes them. */
import { fileURLToPath } from 'node:url'
import { run } from '../command.js'
import type { Vendor } from './router.js'

export interface Containers {
  readonly engine: 'podman' | 'docker'
  /** Words that `run` needs on this machine. */
  readonly options: readonly string[]
  /** The FRR project's own image where it can be had, else the one of Debian 13. */
  readonly frr: string
  readonly debian13: string
}

let found: Promise<Containers> | undefined

/** Found once per test run: scripts/tap.mjs hands the answer to every test by HERALD_ROUTER_IMAGES. */
export function containers(): Promise<Containers> {
  found ??= find()
  return found
}

/** What the images have. */
export type Image = Vendor | 'keepalived'

export async function imageOf(vendor: Image): Promise<string> {
  const { frr, debian13 } = await containers()
  return vendor === 'frr' ? frr : debian13
}

async function find(): Promise<Containers> {
  const script = fileURLToPath(new URL('../../../../scripts/router-image.sh', import.meta.url))
  const known = process.env.HERALD_ROUTER_IMAGES
  const line = known ?? (await run(['bash', script], { timeoutSeconds: 900 }))
  return JSON.parse(line) as Containers
}
