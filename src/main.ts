#!/usr/bin/env node
import { runCli } from './cli/run-cli.js'

// Not process.exit: what is still on its way into a pipe must get there.
process.exitCode = await runCli(process.argv.slice(2))
