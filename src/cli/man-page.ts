import type { Command, Option } from 'commander'
import { DEFAULT_SOCKET } from '../../config/settings.js'
import { DEFAULT_CONFIG_FILE } from './options.js'

export interface Edition {
  readonly version: string
  /** YYYY-MM-DD, of the build. */
  readonly date: string
}

/**
 * herald(1) in the man(7) macros: the tree that --help prints, with every command loaded, and the words below each.
 */
export function manPage(program: Command, { version, date }: Edition): string {
  const parts = [
    `.TH HERALD 1 ${date} "herald ${version}" "User Commands"`,
    '.SH NAME',
    'herald \\- announce prefixes to routers by BGP and on a LAN by ARP and NDP',
    '.SH SYNOPSIS',
    ...program.commands.flatMap((command) => synopses(command)),
    '.SH DESCRIPTION',
    escaped(program.description()),
    '.SH OPTIONS',
    ...options(program),
    '.SH COMMANDS',
    ...program.commands.flatMap((command) => section(command)),
    '.SH EXAMPLES',
    ...afterHelp(program),
    ...exitStatus,
    ...environment,
    ...files,
    '.SH SEE ALSO',
    'The documentation beside this page, in',
    '.I /usr/share/doc/herald',
    "or the package's folder",
    '.IR docs :',
    'getting started, configuration, operations, troubleshooting.',
  ]
  return `${withoutIdleBreaks(parts.filter((part) => part !== '')).join('\n')}\n`
}

/** A heading is a break already. */
function withoutIdleBreaks(lines: readonly string[]): readonly string[] {
  return lines.filter((line, i) => !((line === '.PP' || line === '.br') && lines[i - 1]?.startsWith('.SH')))
}

const exitStatus = [
  '.SH EXIT STATUS',
  ...['.TP', '.B 0', 'Done.'],
  ...['.TP', '.B 1', 'What was asked for does not hold or cannot be done; a line on stderr says why.'],
  ...['.TP', '.B 2', 'Wrong usage.'],
]

const environment = [
  '.SH ENVIRONMENT',
  ...['.TP', '.B HERALD_SOCKET', 'Control socket of the daemon, where', '.B \\-\\-socket', 'is not given.'],
  ...['.TP', '.B NO_COLOR', 'Turns colours off, unless empty.'],
]

const files = [
  '.SH FILES',
  ...['.TP', `.I ${DEFAULT_CONFIG_FILE}`, 'The configuration, where no other is named.'],
  ...['.TP', `.I ${DEFAULT_SOCKET}`, 'The control socket.'],
  ...[
    '.TP',
    '.I /var/lib/herald',
    'What was announced at run time, and what is to be known after a restart.',
  ],
]

function synopses(command: Command): readonly string[] {
  if (command.commands.length > 0 && command.registeredArguments.length === 0 && !runs(command))
    return command.commands.flatMap((child) => synopses(child))
  return [
    '.br',
    `.B ${escaped(pathOf(command))}`,
    escaped(usageOf(command)),
    ...command.commands.flatMap(synopses),
  ]
}

/** Whether it does something by itself, beside its subcommands: only such a one has options of its own. */
function runs(command: Command): boolean {
  return command.options.length > 0
}

function section(command: Command): readonly string[] {
  return [
    `.SS ${escaped(`"${pathOf(command)} ${usageOf(command)}"`)}`,
    sentence(command.description()),
    ...command.registeredArguments
      .filter(({ description }) => description !== '')
      .flatMap((argument) => ['.TP', `.I ${escaped(argument.name())}`, sentence(argument.description)]),
    ...options(command),
    ...afterHelp(command),
    ...command.commands.flatMap(section),
  ]
}

/** Without the option that every one has. */
function options(command: Command): readonly string[] {
  const help = command.createHelp()
  return help
    .visibleOptions(command)
    .filter(({ long }) => long !== '--help' || command.parent === null)
    .flatMap((option: Option) => [
      '.TP',
      `.B ${escaped(option.flags)}`,
      sentence(help.optionDescription(option)),
    ])
}

/** What `addHelpText` gave a command, which commander tells only by printing it. */
function afterHelp(command: Command): readonly string[] {
  let printed = ''
  const before = command.configureOutput()
  command.configureOutput({ ...before, writeOut: (words) => (printed += words) })
  command.outputHelp()
  command.configureOutput(before)
  return paragraphs(printed.slice(command.helpInformation().length))
}

/** Indented lines are examples, shown as they are; lines of words are filled anew. */
function paragraphs(words: string): readonly string[] {
  return words
    .trim()
    .split(/\n\n+/)
    .filter((block) => block !== '')
    .flatMap((block) => ['.PP', ...blockLines(block.split('\n'))])
}

function blockLines(lines: readonly string[]): readonly string[] {
  let shown = false
  const out: string[] = []
  for (const line of lines) {
    const example = line.startsWith(' ')
    if (example && !shown) out.push('.RS 2', '.EX')
    if (!example && shown) out.push('.EE', '.RE')
    shown = example
    out.push(escaped(line.trim()))
  }
  return shown ? [...out, '.EE', '.RE'] : out
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`
}

function usageOf(command: Command): string {
  const left = command.options.length === 0 ? ['[options]', '[command]'] : ['[command]']
  return command
    .usage()
    .split(' ')
    .filter((word) => !left.includes(word))
    .join(' ')
}

function sentence(words: string): string {
  const first = words.slice(0, 1).toUpperCase()
  return escaped(`${first}${words.slice(1)}.`)
}

/** A backslash, a hyphen that is a minus, and what would be a request at the beginning of a line (groff_man(7)). */
function escaped(words: string): string {
  return words
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('…', '\\[u2026]')
    .replace(/^(?=[.'])/gm, '\\&')
}
