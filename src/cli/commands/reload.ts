import { Option } from 'commander'
import { MAX_WAIT_SECONDS } from '../../control/api/answer.js'
import type { Define } from '../cli.js'
import { CommandFailed } from '../errors.js'
import { type Output, outputOption, present, wholeSeconds } from '../options.js'
import { reloadView } from '../view/reload.js'

interface Options extends Output {
  readonly dryRun?: true
  readonly refuseReset?: true
  readonly confirmWithin?: number
  readonly confirm?: true
}

export const define: Define = (command, cli) => {
  const confirm = new Option('--confirm', 'keep what --confirm-within applied').conflicts([
    'dryRun',
    'refuseReset',
  ])
  const confirmWithin = new Option(
    '--confirm-within <TIME>',
    'roll back after this time unless confirmed (2m)',
  )
  command
    .addOption(
      new Option('--dry-run', 'only print what would change').conflicts(['confirmWithin', 'confirm']),
    )
    .option('--refuse-reset', 'apply nothing if a session would reset')
    .addOption(
      confirmWithin.argParser(wholeSeconds('--confirm-within', 1, MAX_WAIT_SECONDS)).conflicts('confirm'),
    )
    .addOption(confirm)
    .addOption(outputOption())
    .addHelpText('after', help)
    .action(async ({ dryRun, refuseReset, confirmWithin, confirm, ...options }: Options) => {
      const daemon = await cli.daemon()
      const plan = await daemon.reload({
        ...(dryRun && { dryRun }),
        ...(refuseReset && { refuseReset }),
        ...(confirmWithin !== undefined && { confirmWithinSeconds: confirmWithin }),
        ...(confirm && { confirm }),
      })
      present(cli, options, plan, confirm ? () => 'confirmed: what was applied stays\n' : reloadView)
      if (refuseReset && plan.resets.length > 0 && !plan.applied && !dryRun) {
        throw new CommandFailed(
          `nothing was applied: ${plan.resets.join(', ')} would reset; leave --refuse-reset out to accept that`,
        )
      }
    })
}

const help = `
No session is touched that need not be, and a file that did not change sends nothing.

Examples:
  herald reload --dry-run                  what would change, and which sessions would reset
  herald reload --refuse-reset             apply it unless a session would reset
  herald reload --confirm-within 2m        apply it, and roll back in two minutes unless
  herald reload --confirm                  … this follows in time
`
