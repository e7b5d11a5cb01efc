import type { Prefix } from '../../../net/prefix.js'
import { prefixesOf, sizeOf } from '../../../net/prefix-set.js'
import type { AnnounceRequest } from '../../../src/control/api/announce.js'
import { ApiError } from '../../../src/control/api/answer.js'
import type { MonitorEvent } from '../../../src/control/api/monitor.js'
import type { ControlService } from '../../../src/control/service.js'
import {
  advertised,
  available,
  explanation,
  health,
  healthy,
  l2,
  l2Askers,
  peerDetail,
  peers,
  received,
  status,
} from './reports.js'

export interface FakeService extends ControlService {
  /** Every call that arrived, as [method, ...arguments]. */
  readonly calls: readonly (readonly unknown[])[]
  /** How many follow events now. */
  followers(): number
  emit(event: MonitorEvent): void
}

/** Answers with fixed reports; the names below ask it to fail. */
export function fakeService(overrides: Partial<ControlService> = {}): FakeService {
  const calls: unknown[][] = []
  const listeners = new Set<(event: MonitorEvent) => void>()
  const called = <T>(result: T, ...call: unknown[]): T => {
    calls.push(call)
    return result
  }
  const known = (name: string) => {
    if (name === peerDetail.name) return name
    throw new ApiError(404, `no peer '${name}'; there are tor-1 and tor-2`)
  }
  const changed = ({ prefixes }: Pick<AnnounceRequest, 'prefixes'>) => ({
    changed: prefixes.map((prefix) => prefix as Prefix),
    unchanged: [],
  })
  return {
    calls,
    followers: () => listeners.size,
    emit: (event) => {
      for (const listener of listeners) listener(event)
    },
    status: () => called(status, 'status'),
    peers: () => called(peers, 'peers'),
    peer: (name) => called({ ...peerDetail, name: known(name) }, 'peer', name),
    routesAvailable: async (limit) => called(cut(available, limit), 'routesAvailable', limit),
    routesAdvertised: async (peer, limit) => called(cut(advertised, limit), 'routesAdvertised', peer, limit),
    routesReceived: async (peer, limit) => called(cut(received, limit), 'routesReceived', peer, limit),
    health: () => called(health, 'health'),
    l2: async () => called(l2, 'l2'),
    l2Askers: async (address) => called(l2Askers, 'l2Askers', address),
    announce: async (request) => called(changed(request), 'announce', request),
    withdraw: async (request) => called(changed(request), 'withdraw', request),
    announceLines: async (terms, lines) =>
      called({ changed: sizeOf(lines), unchanged: 0 }, 'announceLines', terms, [...prefixesOf(lines)]),
    withdrawLines: async (lines) =>
      called({ changed: sizeOf(lines), unchanged: 0 }, 'withdrawLines', [...prefixesOf(lines)]),
    reload: async (request) =>
      called({ applied: request.dryRun !== true, changes: [], resets: [] }, 'reload', request),
    drain: (request) =>
      called({ service: request.undo ? 'in-service' : 'drained', text: 'as you say' }, 'drain', request),
    decommission: () =>
      called(
        { service: 'decommissioned', text: 'as you say', forgotten: 1, notTold: ['tor-2'] },
        'decommission',
      ),
    doctor: async (peer) => called(healthy, 'doctor', peer),
    explain: async (prefix, peer) => called(explanation, 'explain', prefix, peer),
    reset: (peer, request) =>
      called({ peer: known(peer), text: 'the session is dropped' }, 'reset', peer, request),
    follow(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    ...overrides,
  }
}

function cut<T>(
  routes: readonly T[],
  limit: number,
): { readonly routes: readonly T[]; readonly total: number } {
  return { routes: routes.slice(0, limit), total: routes.length }
}
