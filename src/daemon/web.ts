import type { HttpSettings } from '../../config/settings.js'
import { type Endpoint, formatEndpoint } from '../../net/endpoint.js'
import { kindOf } from '../../net/ip-kind.js'
import { ok, type Result, refused } from '../../net/result.js'
import type { WebServer } from '../http/server.js'
import type { WebSource } from '../http/source.js'
import type { Log } from '../log.js'
import { closeDescriptor, type Descriptor } from '../os/descriptor.js'
import { OsError } from '../os/os-error.js'
import { openServiceSocket } from '../os/tcp-socket.js'

interface Listening {
  readonly on: Endpoint
  close(): void
}

/** The HTTP endpoint: its socket at once, so that a port that is taken is refused; what serves on it is loaded then. */
export class Web {
  readonly #log: Log
  #source: WebSource | undefined
  #listening: Listening | undefined

  constructor(log: Log) {
    this.#log = log
  }

  /** What is served; before anything is. */
  show(source: WebSource): void {
    this.#source = source
  }

  /** Refused when the address cannot be had; then what is served stays. */
  apply(http: HttpSettings | undefined): Result<void> {
    const before = this.#listening
    if (
      http !== undefined &&
      before !== undefined &&
      formatEndpoint(http.listen) === formatEndpoint(before.on)
    ) {
      return ok(undefined)
    }
    this.#listening = undefined
    // Linux lets nobody listen on a port of which an overlapping address is taken, by ourselves either.
    const inTheWay = before !== undefined && before.on.port === http?.listen.port
    if (inTheWay) before.close()
    const opened = http === undefined ? ok(undefined) : this.#listen(http.listen)
    if (opened.ok) {
      if (!inTheWay) before?.close()
    } else if (inTheWay) this.#listen(before.on)
    else this.#listening = before
    return opened
  }

  close(): void {
    this.#listening?.close()
    this.#listening = undefined
  }

  #listen(on: Endpoint): Result<void> {
    const opened = open(on)
    if (!opened.ok) return opened
    this.#listening = this.#serve(on, opened.value)
    return ok(undefined)
  }

  #serve(on: Endpoint, descriptor: Descriptor): Listening {
    const where = formatEndpoint(on)
    if (kindOf(on.address) !== 'loopback') {
      this.#log.warn(
        { listen: where },
        'http is open to other hosts: it tells peers, prefixes and askers to anybody',
      )
    }
    let server: WebServer | undefined
    let closed = false
    void import('../http/server.js').then(({ serveWeb }) => {
      if (!closed && this.#source !== undefined)
        server = serveWeb(descriptor, this.#source, (error) =>
          this.#log.error({ err: error }, 'HTTP request failed'),
        )
    })
    return {
      on,
      close: () => {
        // The port is free when this returns.
        if (server === undefined && !closed) closeDescriptor(descriptor)
        closed = true
        server?.close()
      },
    }
  }
}

function open(on: Endpoint): Result<Descriptor> {
  try {
    return ok(openServiceSocket(on))
  } catch (error) {
    if (error instanceof OsError) return refused(`http.listen: ${error.message}`)
    throw error
  }
}
