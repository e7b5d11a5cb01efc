import { oneOf, only, type Row, timestamp, truth } from './row.js'

const services = ['in-service', 'draining', 'drained', 'decommissioned']
const healthStates = ['unknown', 'healthy', 'unhealthy', 'disabled']

/** The node itself: what it is, what it wants to announce, its configuration and health checks. */
export const nodeRows: readonly Row[] = [
  {
    name: 'herald_build_info',
    type: 'gauge',
    help: 'Always 1; the labels say which version runs on which node.',
    labels: ['version', 'node'],
    samples: ({ status: { version, node } }) => [{ labels: [version, node], value: 1 }],
  },
  {
    name: 'herald_uptime_seconds',
    type: 'gauge',
    help: 'Seconds since herald started.',
    labels: [],
    samples: ({ status }) => only(status.uptimeSeconds),
  },
  {
    name: 'herald_service_state',
    type: 'gauge',
    help: '1 for what the node is: in-service, draining, drained or decommissioned.',
    labels: ['state'],
    samples: ({ status }) => oneOf(services, status.service, []),
  },
  {
    name: 'herald_announcements',
    type: 'gauge',
    help: 'Announcements of the file, and prefixes announced at run time.',
    labels: ['source'],
    samples: ({ status: { announcements } }) => [
      { labels: ['file'], value: announcements.configured },
      { labels: ['run-time'], value: announcements.runTime },
    ],
  },
  {
    name: 'herald_prefixes',
    type: 'gauge',
    help: 'Distinct prefixes that are wanted and not held back by a health check.',
    labels: [],
    samples: ({ status }) => only(status.announcements.prefixes),
  },
  {
    name: 'herald_config_last_reload_successful',
    type: 'gauge',
    help: 'Whether the last reload was applied; absent before the first.',
    labels: [],
    samples: ({ status: { lastReload } }) => only(lastReload && truth(lastReload.applied)),
  },
  {
    name: 'herald_config_last_reload_timestamp_seconds',
    type: 'gauge',
    help: 'When the last reload was tried; absent before the first.',
    labels: [],
    samples: ({ status: { lastReload } }) => only(lastReload && timestamp(lastReload.at)),
  },
  {
    name: 'herald_health_check_state',
    type: 'gauge',
    help: "1 for the state of an announcement's health check: unknown, healthy, unhealthy or disabled.",
    labels: ['announcement', 'state'],
    samples: ({ health }) =>
      health.flatMap(({ announcement, state }) => oneOf(healthStates, state, [announcement])),
  },
  {
    name: 'herald_health_check_announced',
    type: 'gauge',
    help: 'Whether the health check lets its announcement through.',
    labels: ['announcement'],
    samples: ({ health }) =>
      health.map(({ announcement, announced }) => ({ labels: [announcement], value: truth(announced) })),
  },
  {
    name: 'herald_health_check_results_total',
    type: 'counter',
    help: 'Results of health checks since the check began.',
    labels: ['announcement', 'result'],
    samples: ({ health }) =>
      health.flatMap(({ announcement, passed, failed }) => [
        { labels: [announcement, 'passed'], value: passed },
        { labels: [announcement, 'failed'], value: failed },
      ]),
  },
]
