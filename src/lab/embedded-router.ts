import { parseConfig } from '../../config/load.js'
import { formatProblem } from '../../config/problem.js'
import type { Settings } from '../../config/settings.js'
import type { Endpoint } from '../../net/endpoint.js'
import { refused } from '../../net/result.js'
import { finish } from '../../net/steps.js'
import { CommandFailed } from '../cli/errors.js'
import { DEFAULT_ROUTE_LIMIT } from '../control/service.js'
import { listingReceived } from '../daemon/routes-report.js'
import { speakerConfiguration } from '../daemon/speaker-configuration.js'
import type { World } from '../daemon/world.js'
import { farewell } from '../speaker/farewell.js'
import { Speaker } from '../speaker/speaker.js'
import { routerConfiguration } from './configuration.js'
import type { LabRouter } from './router.js'

/** A second speaker in this process: passive, it announces nothing and keeps what it receives. */
export function embeddedRouter(world: World): LabRouter {
  const settings = readSettings()
  let speaker = newSpeaker(settings, world)
  let endpoint: Endpoint | undefined
  return {
    title: 'embedded router, AS 65000',
    get endpoint() {
      if (endpoint === undefined) throw new CommandFailed('the router of the lab has not been started')
      return endpoint
    },
    start: async () => {
      endpoint = listen(speaker, endpoint ?? anyPort(settings))
      speaker.start()
    },
    stop: async () => {
      speaker.stop(() => true)
      await farewell(speaker, world.clock)
      speaker = newSpeaker(settings, world)
    },
    table: async () => finish(listingReceived(speaker.peers, DEFAULT_ROUTE_LIMIT)),
  }
}

function readSettings(): Settings {
  const environment = { node: 'tor-1', readFile: () => refused('the lab reads no file') }
  const loaded = parseConfig(routerConfiguration, 'tor.yaml', environment)
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'))
  return loaded.settings
}

function newSpeaker(settings: Settings, world: World): Speaker {
  const configuration = speakerConfiguration(settings, [])
  if (!configuration.ok) throw new Error(configuration.because)
  return new Speaker(configuration.value, {
    ...world,
    hints: () => ({ hostname: settings.node, restarted: false, forwardingPreserved: false }),
    complete: () => true,
    settled: () => true,
    onEvent: () => undefined,
  })
}

function anyPort({ bgp }: Settings): Endpoint {
  const address = bgp?.peers[0]?.localAddress
  if (address === undefined) throw new Error('the router of the lab has no address')
  return { address, port: 0 }
}

function listen(speaker: Speaker, endpoint: Endpoint): Endpoint {
  const [failure] = speaker.listen([endpoint])
  const [bound] = speaker.bound
  if (bound !== undefined) return bound
  throw new CommandFailed(`the router of the lab cannot listen: ${failure?.text ?? 'no reason given'}`)
}
