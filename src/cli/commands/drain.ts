import { setTimeout as pause } from 'node:timers/promises'
import { MAX_WAIT_SECONDS } from '../../control/api/answer.js'
import type { Define } from '../cli.js'
import { CommandFailed, UsageError } from '../errors.js'
import { type Output, outputOption, present, wholeSeconds } from '../options.js'

interface Options extends Output {
  readonly undo?: true
  readonly wait?: number
}

/** Milliseconds between looks at a drain that is under way. */
const LOOK_MS = 250

export const define: Define = (command, cli) => {
  command
    .option('--undo', 'bring this node back into service')
    .option(
      '--wait <TIME>',
      'how long routers have to move traffic before routes go (default drain.wait of the file)',
      wholeSeconds('--wait', 0, MAX_WAIT_SECONDS),
    )
    .addOption(outputOption())
    .addHelpText('after', help)
    .action(async ({ undo, wait, ...options }: Options) => {
      if (undo && wait !== undefined) throw new UsageError('--wait: there is nothing to wait for with --undo')
      const daemon = await cli.daemon()
      const first = await daemon.drain({
        ...(undo && { undo }),
        ...(wait !== undefined && { waitSeconds: wait }),
      })
      if (options.output === 'table') present(cli, options, first, ({ text }) => `${text}\n`)
      let { service } = first
      for (let looks = 1; !undo && service === 'draining'; looks++) {
        await pause(LOOK_MS)
        const seconds = Math.floor((looks * LOOK_MS) / 1000)
        if (seconds > 0) cli.terminal.progress(`draining, ${seconds} s`)
        service = (await daemon.status()).service
      }
      if (options.output === 'json') present(cli, options, { ...first, service }, () => '')
      else if (!undo && service === 'drained') cli.terminal.write('drained: every session has ended\n')
      if (!undo && service === 'in-service')
        throw new CommandFailed('the drain was undone before it was done')
    })
}

const help = `
Every route first carries the community GRACEFUL_SHUTDOWN (RFC 8326), so that routers prefer others; then the routes
are withdrawn, and the sessions end with Cease/Administrative Shutdown. The node stays out of service over restarts,
until --undo, which also brings a decommissioned node back.

Examples:
  herald drain               before maintenance; returns when it is done
  herald drain --wait 1m     for routers that converge slowly
  herald drain --undo        back into service
`
