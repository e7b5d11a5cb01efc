import { readFileSync } from 'node:fs'
import t from 'tap'
import { createExposition } from '../../../src/metrics/exposition.js'
import type { Facts } from '../../../src/metrics/facts.js'
import { rows } from '../../../src/metrics/rows.js'
import { facts, lan, peer, status } from '../../support/web-facts.js'

async function scrape(...all: readonly Facts[]): Promise<string> {
  let next = 0
  const exposition = createExposition(async () => all[next++] as Facts)
  let text = ''
  for (const _ of all) text = await exposition.render()
  return text
}

t.test('a scrape has what the reports say', async (t) => {
  const text = await scrape(facts())
  for (const line of [
    'herald_build_info{version="1.2.3",node="worker-1"} 1',
    'herald_uptime_seconds 61',
    'herald_service_state{state="in-service"} 1',
    'herald_service_state{state="drained"} 0',
    'herald_announcements{source="run-time"} 1',
    'herald_prefixes 7',
    'herald_config_last_reload_successful 1',
    `herald_config_last_reload_timestamp_seconds ${Date.UTC(2026, 0, 1, 0, 0, 30) / 1000}`,
    'herald_health_check_state{announcement="web",state="unhealthy"} 1',
    'herald_health_check_announced{announcement="web"} 0',
    'herald_health_check_results_total{announcement="web",result="failed"} 3',
    'herald_bgp_peers_configured 1',
    'herald_bgp_peer_up{peer="tor-1",address="10.0.0.1"} 1',
    'herald_bgp_peer_state{peer="tor-1",address="10.0.0.1",state="established"} 1',
    'herald_bgp_peer_state{peer="tor-1",address="10.0.0.1",state="idle"} 0',
    'herald_bgp_peer_uptime_seconds{peer="tor-1",address="10.0.0.1"} 60',
    'herald_bgp_peer_flaps_total{peer="tor-1",address="10.0.0.1"} 2',
    'herald_bgp_peer_hold_time_seconds{peer="tor-1",address="10.0.0.1"} 9',
    'herald_bgp_peer_prefixes_received{peer="tor-1",address="10.0.0.1",family="ipv4/unicast"} 3',
    'herald_bgp_peer_prefixes_advertised{peer="tor-1",address="10.0.0.1",family="ipv4/unicast"} 7',
    'herald_bgp_peer_messages_total{peer="tor-1",address="10.0.0.1",direction="sent",type="update"} 5',
    'herald_bgp_peer_octets_total{peer="tor-1",address="10.0.0.1",direction="received"} 300',
    'herald_bgp_peer_malformed_updates_total{peer="tor-1",address="10.0.0.1"} 1',
    `herald_bgp_peer_last_error_timestamp_seconds{peer="tor-1",address="10.0.0.1",origin="received",code="4",subcode="0"} ${Date.UTC(2026, 0, 1) / 1000}`,
    'herald_l2_addresses{state="owner"} 1',
    'herald_l2_address_owner{address="192.0.2.10",group="default",interface="eth0"} 1',
    'herald_l2_requests_answered_total{address="192.0.2.10",group="default",interface="eth0"} 11',
    'herald_l2_conflicts_total{address="192.0.2.10",group="default",interface="eth0"} 1',
    'herald_l2_last_failover_seconds{address="192.0.2.10",group="default",interface="eth0"} 0.031',
    'herald_l2_interface_up{interface="eth0"} 1',
    'herald_l2_frames_ignored_total{interface="eth0",reason="not-announced"} 8',
    'herald_l2_frames_dropped_total{interface="eth0"} 4',
  ]) {
    t.ok(text.split('\n').includes(line), line)
  }
  t.match(text, /^process_resident_memory_bytes \d+$/m, "and the process's own")
})

t.test('what is no more is in no scrape, and sums do not add up from one to the next', async (t) => {
  const text = await scrape(
    facts(),
    facts(),
    facts({ peers: [{ ...peer, name: 'tor-2' }], lan: { ...lan, addresses: [] } }),
  )
  t.notMatch(text, 'tor-1')
  t.match(text, 'herald_bgp_peer_flaps_total{peer="tor-2",address="10.0.0.1"} 2')
  t.notMatch(text, 'herald_l2_address_owner{')
})

t.test('without BGP, L2 or a reload there is nothing of them', async (t) => {
  const { bgp, l2, lastReload, ...bare } = status
  t.ok(bgp !== undefined && l2 !== undefined && lastReload !== undefined)
  const text = await scrape(
    facts({ status: bare, peers: [], health: [], lan: { addresses: [], interfaces: [] } }),
  )
  for (const name of [
    'herald_bgp_peers_configured',
    'herald_l2_addresses',
    'herald_config_last_reload_successful',
  ]) {
    t.notMatch(text, new RegExp(`^${name}[ {]`, 'm'), name)
  }
})

t.test('every metric is in the documentation, and nothing else', async (t) => {
  const documented = [...readFileSync('docs/metrics.md', 'utf8').matchAll(/^\| `(herald_\w+)` +\| (\w+) /gm)]
  t.same(
    documented.map(([, name, type]) => `${name} ${type}`).sort(),
    rows.map(({ name, type }) => `${name} ${type}`).sort(),
  )
})

t.test('names follow the conventions', async (t) => {
  for (const { name, type, help, labels } of rows) {
    t.match(name, /^herald_[a-z0-9_]+$/)
    t.equal(name.endsWith('_total'), type === 'counter', `${name}: counters, and they alone, end in _total`)
    t.match(help, /^[A-Z0-9].*\.$/)
    for (const label of labels) t.match(label, /^[a-z]+$/)
  }
})

for (const file of ['packaging/grafana/herald.json', 'packaging/prometheus/alerts.yml']) {
  t.test(`${file} asks for metrics that there are`, async (t) => {
    const used = new Set(readFileSync(file, 'utf8').match(/herald_\w+/g))
    t.ok(used.size > 5)
    for (const name of used)
      t.ok(
        rows.some((row) => row.name === name),
        name,
      )
  })
}

t.test('the dashboard is whole', async (t) => {
  const dashboard = JSON.parse(readFileSync('packaging/grafana/herald.json', 'utf8'))
  const ids = dashboard.panels.map(({ id }: { id: number }) => id)
  t.equal(new Set(ids).size, ids.length)
  for (const { gridPos, targets, title } of dashboard.panels) {
    t.ok(gridPos.x + gridPos.w <= 24 && targets.length > 0, title)
  }
})
