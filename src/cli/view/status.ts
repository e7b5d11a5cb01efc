import { formatSeconds } from '../../../net/duration.js'
import type { ReloadReport } from '../../control/api/reload.js'
import type { StatusReport } from '../../control/api/status.js'
import type { Paint, Style } from '../style.js'
import { type Field, renderFields } from '../table.js'

/** `herald status`: this node on one screen. */
export function statusView(status: StatusReport, paint: Paint): string {
  const { announcements, lastReload } = status
  const fields: readonly Field[] = [
    ['Node', status.node],
    ['Version', `${status.version}, process ${status.pid}`],
    ['Uptime', `${formatSeconds(status.uptimeSeconds)}, since ${status.startedAt}`],
    ['Service', serviceWords[status.service], status.service === 'in-service' ? undefined : 'bad'],
    ['Configuration', status.configFile],
    ['Log level', status.logLevel],
    ...bgpFields(status.bgp),
    ...l2Fields(status.l2),
    ['Announcements', `${announcements.configured} in the file, ${announcements.runTime} at run time`],
    ['Prefixes', String(announcements.prefixes)],
    ...healthFields(status.health),
    ['Last reload', lastReload && reloadWords(lastReload), styleOfReload(lastReload)],
  ]
  return renderFields(fields, paint)
}

const serviceWords: Readonly<Record<StatusReport['service'], string>> = {
  'in-service': 'in service',
  draining: 'draining: routes are on their way out',
  drained: 'drained: no session until `herald drain --undo`',
  decommissioned: 'decommissioned: no session until `herald drain --undo`',
}

function bgpFields(bgp: StatusReport['bgp']): readonly Field[] {
  if (bgp === undefined) return [['BGP', 'not configured']]
  const { peersEstablished: up, peersConfigured: configured, dynamicPeers } = bgp
  const dynamic = dynamicPeers === 0 ? '' : `, and ${dynamicPeers} dynamic`
  return [
    ['BGP', `AS ${bgp.asn}, router ID ${bgp.routerId}`],
    ['Listening', bgp.listening.length === 0 ? 'no, only connecting' : bgp.listening.join(', ')],
    ['Peers', `${up} of ${configured} established${dynamic}`, styleOfPeers(up, configured)],
  ]
}

function l2Fields(l2: StatusReport['l2']): readonly Field[] {
  if (l2 === undefined) return []
  const { addresses, owner, heldBack, outOfService, ...others } = l2
  const words = { ...others, 'held back': heldBack, 'out of service': outOfService }
  const rest = Object.entries(words).filter(([, count]) => count > 0)
  const text = [
    `owner of ${owner} of ${addresses} addresses`,
    ...rest.map(([state, count]) => `${count} ${state}`),
  ]
  return [['L2', text.join(', '), l2.contested + l2.nowhere > 0 ? 'bad' : undefined]]
}

function healthFields(health: StatusReport['health']): readonly Field[] {
  if (health === undefined) return []
  const { checks, healthy, ...others } = health
  const rest = Object.entries(others).filter(([, count]) => count > 0)
  const text = [`${healthy} of ${checks} healthy`, ...rest.map(([state, count]) => `${count} ${state}`)]
  return [['Health checks', text.join(', '), healthy === checks ? 'good' : 'busy']]
}

function reloadWords({ at, applied, summary, confirmBefore }: ReloadReport): string {
  const waits =
    confirmBefore === undefined
      ? ''
      : `; taken back at ${confirmBefore} unless \`herald reload --confirm\` comes first`
  return `${at}, ${applied ? '' : 'not applied: '}${summary}${waits}`
}

function styleOfReload(reload: ReloadReport | undefined): Style | undefined {
  if (reload === undefined) return undefined
  if (!reload.applied) return 'bad'
  return reload.confirmBefore === undefined ? undefined : 'busy'
}

function styleOfPeers(up: number, configured: number): Style {
  if (up >= configured) return 'good'
  return up === 0 ? 'bad' : 'busy'
}
