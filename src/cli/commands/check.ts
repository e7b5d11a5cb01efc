import { type Loaded, loadConfig } from '../../../config/load.js'
import { formatProblem, formatWarning } from '../../../config/problem.js'
import { summarize } from '../../../config/summary.js'
import { hostEnvironment } from '../../host-environment.js'
import type { Define } from '../cli.js'
import { UsageError } from '../errors.js'
import { DEFAULT_CONFIG_FILE, type Output, outputOption } from '../options.js'

interface Options extends Output {
  readonly config?: string
}

export const define: Define = (command, cli) => {
  command
    .argument('[FILE]', `configuration (default: "${DEFAULT_CONFIG_FILE}")`)
    .option('-c, --config <FILE>', 'the same, as `herald run` takes it')
    .addOption(outputOption())
    .addHelpText('after', help)
    .action((named: string | undefined, { output, config }: Options) => {
      if (named !== undefined && config !== undefined)
        throw new UsageError(`both ${named} and --config ${config}: name one file`)
      const { terminal } = cli
      const file = named ?? config ?? DEFAULT_CONFIG_FILE
      const loaded = loadConfig(file, hostEnvironment())
      cli.exitCode = loaded.ok ? 0 : 1
      if (output === 'json') terminal.write(`${JSON.stringify(reportOf(loaded), null, 2)}\n`)
      else if (loaded.ok) {
        for (const warning of loaded.warnings) terminal.remark(formatWarning(warning))
        terminal.write(`${file} is valid: ${summarize(loaded.settings)}\n`)
      } else for (const problem of loaded.problems) terminal.remark(formatProblem(problem))
    })
}

/** The settings themselves stay out of it: they hold secrets. */
function reportOf(loaded: Loaded) {
  return loaded.ok
    ? { valid: true, problems: [], warnings: loaded.warnings }
    : { valid: false, problems: loaded.problems, warnings: [] }
}

const help = `
Every mistake is a line FILE:LINE:COL: path.to.key: what is wrong, and what would be right. Nothing is opened but the
file and the key files that it names.

Examples:
  herald check
  herald check herald.yaml -o json
`
