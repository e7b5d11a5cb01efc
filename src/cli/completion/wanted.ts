import type { Argument, Command, Option } from 'commander'

/** A word that may stand here, and what it means. */
export interface Candidate {
  readonly word: string
  readonly meaning: string
}

/** What may stand at the end of a command line that is being typed. */
export type Wanted =
  | { readonly kind: 'words'; readonly candidates: readonly Candidate[] }
  /** The name of a peer, after `before`: '' or '--peer='. */
  | { readonly kind: 'peer'; readonly before: string }
  /** The shell knows files better. */
  | { readonly kind: 'file' }

const nothing: Wanted = { kind: 'words', candidates: [] }

/**
 * @param program the tree that --help prints, with the commands that `words` name loaded
 * @param words of the line after `herald`; the last one is being typed, and may be empty
 */
export function wantedAt(program: Command, words: readonly string[]): Wanted {
  const typed = words.at(-1) ?? ''
  const { command, operands, pending, onlyOperands } = walk(program, words.slice(0, -1))
  if (pending !== undefined) return valueWanted(pending, '')
  if (!onlyOperands && typed.startsWith('-')) return optionsOf(command, typed)
  const subcommands = operands === 0 ? childrenOf(command) : []
  return subcommands.length > 0 ? { kind: 'words', candidates: subcommands } : operandOf(command, operands)
}

interface Place {
  readonly command: Command
  /** Words that are neither options, nor their values, nor commands. */
  readonly operands: number
  /** The option whose value comes next. */
  readonly pending: Option | undefined
  /** After `--`. */
  readonly onlyOperands: boolean
}

function walk(program: Command, words: readonly string[]): Place {
  let command = program
  let operands = 0
  let pending: Option | undefined
  let onlyOperands = false
  for (const word of words) {
    if (pending !== undefined) pending = undefined
    else if (onlyOperands) operands++
    else if (word === '--') onlyOperands = true
    else if (word.startsWith('-')) pending = takingNext(command, word)
    else {
      const child: Command | undefined =
        operands === 0 ? command.commands.find((each) => each.name() === word) : undefined
      if (child === undefined) operands++
      else command = child
    }
  }
  return { command, operands, pending, onlyOperands }
}

function takingNext(command: Command, word: string): Option | undefined {
  return optionsUpwards(command).find(
    (option) => option.required && (option.long === word || option.short === word),
  )
}

/** Its own, and those of the commands above it, which may stand here too. */
function optionsUpwards(command: Command): readonly Option[] {
  const own = command.createHelp().visibleOptions(command)
  return command.parent === null ? own : [...own, ...optionsUpwards(command.parent).filter(isGlobal)]
}

/** --help and --version of the program are its own. */
function isGlobal({ long }: Option): boolean {
  return long !== '--help' && long !== '--version'
}

function optionsOf(command: Command, typed: string): Wanted {
  const options = optionsUpwards(command)
  const [name = '', value] = typed.split('=', 2)
  const named =
    value === undefined ? undefined : options.find(({ required, long }) => required && long === name)
  if (named !== undefined) return valueWanted(named, `${name}=`)
  const candidates = options.map(({ long, short, description }) => ({
    word: long ?? short ?? '',
    meaning: description,
  }))
  return { kind: 'words', candidates }
}

function valueWanted(option: Option, before: string): Wanted {
  const { argChoices, long, flags, description } = option
  if (argChoices !== undefined)
    return {
      kind: 'words',
      candidates: argChoices.map((word) => ({ word: before + word, meaning: description })),
    }
  if (long === '--peer') return { kind: 'peer', before }
  return /<(FILE|PATH)>/.test(flags) ? { kind: 'file' } : nothing
}

function childrenOf(command: Command): readonly Candidate[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((child) => ({ word: child.name(), meaning: child.description() }))
}

function operandOf(command: Command, before: number): Wanted {
  const declared: readonly Argument[] = command.registeredArguments
  const last = declared.at(-1)
  const argument = declared[before] ?? (last?.variadic ? last : undefined)
  if (argument === undefined) return nothing
  const { argChoices, description } = argument
  if (argChoices !== undefined)
    return { kind: 'words', candidates: argChoices.map((word) => ({ word, meaning: description })) }
  switch (argument.name()) {
    case 'FILE':
      return { kind: 'file' }
    case 'PEER':
    case 'NAME':
      return { kind: 'peer', before: '' }
    default:
      return nothing
  }
}
