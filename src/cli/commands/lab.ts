import { basename } from 'node:path'
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
      const surroundings = { pause: realPause(systemClock), stop: stopSignal(), herald: invocation() }
      await runLab(options, { terminal: cli.terminal, ...surroundings })
    })
}

/** From a clone there is no `herald` to call. */
function invocation(): string {
  const [, program = 'herald'] = process.argv
  return basename(program) === 'herald' ? 'herald' : `node ${program}`
}

/** Cleaning up is bounded, so a second signal changes nothing: under npm, Ctrl-C arrives twice. */
function stopSignal(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => controller.abort())
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
