import type { MonitorEvent } from '../../control/api/monitor.js'
import { type Paint, printable, type Style } from '../style.js'

const styleOfKind: Readonly<Record<MonitorEvent['kind'], Style | undefined>> = {
  'peer-state': undefined,
  notification: 'bad',
  announced: 'good',
  withdrawn: 'busy',
  health: undefined,
  'l2-ownership': undefined,
  'l2-conflict': 'bad',
  'l2-interface': 'busy',
  reload: undefined,
  drain: 'busy',
  warning: 'bad',
}

const kindWidth = Math.max(...Object.keys(styleOfKind).map((kind) => kind.length))

/** A line of `herald monitor`. */
export function eventView({ at, kind, peer, text }: MonitorEvent, paint: Paint): string {
  const what = paint(styleOfKind[kind], kind.padEnd(kindWidth))
  return `${at}  ${what}  ${printable(peer === undefined ? text : `${peer}: ${text}`)}\n`
}
