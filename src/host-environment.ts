import { hostname } from 'node:os'
import { readDisk } from '../config/files.js'
import type { Environment } from '../config/load.js'
import { readHostAddresses } from './os/interfaces.js'

/** What a configuration file depends on here. */
export function hostEnvironment(): Environment {
  return { node: hostname(), readFile: readDisk, ownAddresses: readHostAddresses() }
}
