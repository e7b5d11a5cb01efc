import type { Clock } from '../../net/clock.js'
import { dial } from './dial.js'
import { listen } from './listener.js'
import type { Transport } from './transport.js'

/** TCP by node:net, on descriptors that src/os/ has prepared. */
export function tcpTransport(clock: Clock): Transport {
  return {
    dial: (options, onOutcome) => dial(options, clock, onOutcome),
    listen: (options) => listen(options, clock),
  }
}
