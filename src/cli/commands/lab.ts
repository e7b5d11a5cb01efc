import type { Define } from '../cli.js'

/** What ../../lab/lab.js exports; answers the exit code. */
interface LabModule {
  readonly runLab: (options: { readonly keep: boolean }) => Promise<number>
}

const labModule: string = '../../lab/lab.js'

export const define: Define = (command, cli) => {
  command
    .option('--keep', 'stay until Ctrl-C instead of ending by itself', false)
    .addHelpText('after', help)
    .action(async ({ keep }: { readonly keep: boolean }) => {
      const { runLab } = (await import(labModule)) as LabModule
      cli.exitCode = await runLab({ keep })
    })
}

const help = `
A speaker and a top-of-rack router, both on the loopback interface, exchange routes: the tables fill, the router
restarts, and each step is told in words.

Example:
  herald lab
`
