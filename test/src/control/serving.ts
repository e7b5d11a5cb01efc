import { join } from 'node:path'
import type { Test } from 'tap'
import { startControlServer } from '../../../src/control/server.js'
import type { ControlService } from '../../../src/control/service.js'
import { shortDirectory } from '../../support/short-directory.js'
import { exchange } from './exchange.js'
import { fakeService } from './fake-service.js'

/** A control server before a fake service, on a socket of its own, closed at the end of the test. */
export async function serving(t: Test, overrides: Partial<ControlService> = {}) {
  const service = fakeService(overrides)
  const socket = join(shortDirectory(t), 'herald.sock')
  const errors: string[] = []
  const server = await startControlServer(service, {
    socket,
    onError: (error, request) => errors.push(`${request}: ${error instanceof Error ? error.message : error}`),
  })
  t.teardown(() => server.close())
  const ask = (method: string, path: string, body?: unknown) => exchange(socket, method, path, body)
  return { service, socket, server, errors, ask }
}

export interface Gate {
  readonly opened: Promise<void>
  open(): void
}

export function gate(): Gate {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open: () => open() }
}
