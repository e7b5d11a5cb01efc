import { Option } from 'commander'
import { type Asn, parseAsn } from '../../../bgp/asn.js'
import { loadConfig } from '../../../config/load.js'
import { formatProblem } from '../../../config/problem.js'
import type { BgpSettings, Settings } from '../../../config/settings.js'
import { type Ip, parseIp } from '../../../net/ip.js'
import { type Prefix, parsePrefix } from '../../../net/prefix.js'
import type { Result } from '../../../net/result.js'
import { hostEnvironment } from '../../host-environment.js'
import { describeRouterSide } from '../../router-config/describe.js'
import { findPeer } from '../../router-config/find-peer.js'
import { printRouterConfig } from '../../router-config/print.js'
import { sourceAddressFor } from '../../router-config/source-address.js'
import { type VendorName, vendorNames, vendors } from '../../router-config/vendors.js'
import type { Cli, Define } from '../cli.js'
import { CommandFailed, UsageError } from '../errors.js'
import { DEFAULT_CONFIG_FILE } from '../options.js'

interface Options {
  readonly config: string
  readonly for: VendorName
  readonly asn?: Asn
  readonly nodeAddress?: Ip
  readonly interface?: string
  readonly nodes?: Prefix
}

export const define: Define = (command, cli) => {
  command
    .argument('<PEER>', "the router: a peer's name or address")
    .addOption(new Option('--for <VENDOR>', 'in whose words').choices(vendorNames).default('frr'))
    .option('-c, --config <FILE>', 'configuration of this node', DEFAULT_CONFIG_FILE)
    .option('--asn <ASN>', "the router's AS number, where the file says external", read('--asn', parseAsn))
    .option(
      '--node-address <ADDRESS>',
      "this node's address, as the router sees it",
      read('--node-address', parseIp),
    )
    .option('--interface <NAME>', "the router's interface towards this node, for link-local addresses")
    .option(
      '--nodes <PREFIX>',
      'for every node of this range instead of this one',
      read('--nodes', parsePrefix),
    )
    .addHelpText('after', help)
    .action(async (name: string, { config, for: vendor, asn, ...known }: Options) => {
      const settings = load(config, cli)
      if (settings === undefined) return
      const peer = findPeer(settings.bgp, name)
      if (!peer.ok) throw new CommandFailed(peer.because)
      const hostAddress = await sourceAddressFor(peer.value.address, peer.value.interface)
      const side = describeRouterSide(settings, peer.value, {
        ...known,
        ...(asn !== undefined && { routerAs: asn }),
        ...(hostAddress !== undefined && { hostAddress }),
      })
      if (!side.ok) throw new CommandFailed(side.because)
      cli.terminal.write(printRouterConfig(side.value, vendors[vendor]))
    })
}

/** Every mistake of the file is told, as by `herald check`; one without BGP is a mistake here. */
function load(file: string, cli: Cli): (Settings & { readonly bgp: BgpSettings }) | undefined {
  const loaded = loadConfig(file, hostEnvironment())
  if (!loaded.ok) {
    for (const problem of loaded.problems) cli.terminal.remark(formatProblem(problem))
    cli.exitCode = 1
    return undefined
  }
  const { bgp } = loaded.settings
  if (bgp === undefined) throw new CommandFailed(`${file} has no bgp, so there is no router to configure`)
  return { ...loaded.settings, bgp }
}

function read<Value>(option: string, parse: (text: string) => Result<Value>): (text: string) => Value {
  return (text) => {
    const parsed = parse(text)
    if (!parsed.ok) throw new UsageError(`${option}: ${parsed.because}`)
    return parsed.value
  }
}

const help = `
Prints the other side's configuration that matches this node's file: neighbor, timers, families, a filter that accepts
what this node announces and nothing else, and a limit on prefixes. No daemon is asked. Passwords are never printed:
what the file cannot say stands in <angle brackets>. The node's address is localAddress, else the one that this host
would use to reach the router; give --node-address when the command runs elsewhere.

Examples:
  herald router-config tor-1
  herald router-config 10.0.0.1 --for junos -c herald.yaml
  herald router-config tor-1 --for eos --nodes 10.0.0.0/24     one block for all nodes of a rack
`
