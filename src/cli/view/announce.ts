import type { AnnounceReport, BulkReport } from '../../control/api/announce.js'
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

/** The same for very many: how many. */
export function bulkView({ changed, unchanged }: BulkReport, done: 'announced' | 'withdrawn'): string {
  const rest = unchanged === 0 ? '' : `, ${unchanged} unchanged`
  return `${changed} ${done}${rest}\n`
}
