import type { AnnounceReport } from '../../control/api.js'
import { printable } from '../style.js'

/** `herald announce` and `withdraw`: a line for each prefix asked for. */
export function announceView(
  { changed, unchanged }: AnnounceReport,
  done: 'announced' | 'withdrawn',
): string {
  return [
    ...changed.map((prefix) => `${prefix} ${done}\n`),
    ...unchanged.map(({ prefix, because }) => `${prefix} unchanged: ${printable(because)}\n`),
  ].join('')
}
