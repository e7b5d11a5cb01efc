import { systemClock } from '../../clock.js'
import type { Define } from '../cli.js'
import { type Output, outputOption } from '../options.js'

interface Options extends Output {
  readonly keep: boolean
}

export const define: Define = (command, cli) => {
  command
    .option('--keep', 'stay until Ctrl-C instead of ending by itself', false)
    .addOption(outputOption())
    .addHelpText('after', help)
    .action(async (options: Options) => {
      const { runLab } = await import('../../lab/lab.js')
      const { realPause } = await import('../../lab/patience.js')
      await runLab(options, { terminal: cli.terminal, pause: realPause(systemClock), stop: stopSignal() })
    })
}

/** The first signal lets the lab clean up, a second one ends the process where it stands. */
function stopSignal(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(1)
      controller.abort()
    })
  }
  return controller.signal
}

const help = `
A speaker and a top-of-rack router, both on the loopback interface, exchange routes: the tables fill, the router
restarts, the configuration changes, and each step is told in words. It takes about ten seconds and leaves nothing.
With -o json there are no words and no pauses, only a report at the end.

Examples:
  herald lab
  herald lab --keep             and then, in another terminal, the commands that it prints
`
