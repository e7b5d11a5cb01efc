import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { Facts, Gather } from './facts.js'
import type { Row } from './row.js'
import { rows } from './rows.js'

/** What a scrape is answered with. */
export interface Exposition {
  readonly contentType: string
  render(): Promise<string>
}

/** Gauges of prom-client that are called like counters, which `promtool check metrics` refuses. */
const unconventional = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
]

/** Metrics in the text format of Prometheus: ours, and those of the process and of Node. */
export function createExposition(gather: Gather): Exposition {
  const registry = new Registry()
  let facts: Facts | undefined
  for (const row of rows) register(row, registry, () => facts)
  collectDefaultMetrics({ register: registry })
  for (const name of unconventional) registry.removeSingleMetric(name)
  return {
    contentType: registry.contentType,
    render: async () => {
      facts = await gather()
      return registry.metrics()
    },
  }
}

function register(
  { name, help, type, labels, samples }: Row,
  registry: Registry,
  facts: () => Facts | undefined,
): void {
  const named = (values: readonly string[]) =>
    Object.fromEntries(labels.map((label, i) => [label, values[i] ?? '']))
  const all = () => {
    const known = facts()
    return known === undefined ? [] : samples(known)
  }
  const configuration = { name, help, labelNames: [...labels], registers: [registry] }
  if (type === 'gauge') {
    const gauge = new Gauge({ ...configuration, collect: () => set() })
    const set = () => {
      gauge.reset()
      // A metric without labels is 0 after that, and may be unknown.
      if (labels.length === 0) gauge.remove()
      for (const sample of all()) gauge.set(named(sample.labels), sample.value)
    }
    return
  }
  const counter = new Counter({ ...configuration, collect: () => count() })
  const count = () => {
    // The daemon has the sums; what is scraped is what the CLI shows.
    counter.reset()
    for (const sample of all()) counter.inc(named(sample.labels), sample.value)
  }
}
