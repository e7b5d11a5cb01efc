/** Prints the gates of `explain` for an address, as the kernel of this network namespace shows them. */
import { argv, stdout } from 'node:process'
import type { Ip } from '../../net/ip.js'
import { hostPrefix } from '../../net/prefix.js'
import { lanGates } from '../../src/explain/lan-gates.js'
import { readHostAddresses } from '../../src/os/interfaces.js'
import { readLanSigns } from '../../src/os/lan-signs.js'
import { settingsOf } from './config.js'

const [, , address = '', l2 = '{}'] = argv
const settings = settingsOf(`l2: ${l2}`).l2
if (settings === undefined) throw new Error('no l2')
const view = { settings, signs: readLanSigns(), hostAddresses: readHostAddresses() }
stdout.write(JSON.stringify(lanGates(hostPrefix(address as Ip), 'default', view)))
