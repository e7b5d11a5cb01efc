import { access } from 'node:fs'
import type { Clock } from '../../net/clock.js'
import { execProbe } from './exec.js'
import { httpProbe } from './http.js'
import type { StartProbe } from './probe.js'
import { tcpProbe } from './tcp.js'

/** What health checks touch outside themselves. */
export interface Probing {
  readonly start: StartProbe
  /** Whether a file is there, told later; one that cannot be looked for is not. */
  exists(file: string, tell: (exists: boolean) => void): void
}

/** The real processes, sockets and files. */
export function realProbing(clock: Clock): Probing {
  return {
    start: (probe, context, done) => {
      switch (probe.kind) {
        case 'exec':
          return execProbe(probe, context, done, clock)
        case 'tcp':
          return tcpProbe(probe, done)
        case 'http':
          return httpProbe(probe, done)
      }
    },
    exists: (file, tell) => access(file, (error) => tell(error === null)),
  }
}
