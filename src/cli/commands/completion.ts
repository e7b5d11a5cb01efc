import type { Cli, Define } from '../cli.js'
import { type Shell, scripts } from '../completion/scripts.js'
import { type Candidate, wantedAt } from '../completion/wanted.js'
import { printable } from '../style.js'

/** A shell that waits for names longer than this feels broken. */
const ANSWER_MS = 1_000

export const define: Define = (command, cli) => {
  for (const shell of Object.keys(scripts) as Shell[]) {
    command
      .command(shell)
      .description(`print the completion of ${shell}`)
      .action(() => cli.terminal.write(scripts[shell]))
  }
  command
    .command('words')
    .description('print what may stand at the end of a line: what the completions of all shells ask')
    .argument('[WORD...]', 'the line after herald, after --; the last word is being typed')
    .action(async (words: readonly string[]) => {
      const text = await answer(words, cli)
      if (text !== '') cli.terminal.write(text)
    })
  command.addHelpText('after', help)
}

async function answer(words: readonly string[], cli: Cli): Promise<string> {
  const wanted = wantedAt(await cli.program(words), words)
  switch (wanted.kind) {
    case 'words':
      return linesOf(wanted.candidates, words)
    case 'peer':
      return linesOf(await peersOf(cli, wanted.before, words), words)
    case 'file':
      return ':file\n'
  }
}

/** Of the daemon that the line names; none where it does not answer. */
async function peersOf(cli: Cli, before: string, words: readonly string[]): Promise<readonly Candidate[]> {
  try {
    const daemon = await cli.daemon({ socket: socketIn(words), answerMs: ANSWER_MS })
    const peers = await daemon.peers()
    return peers.map(({ name, sessionState }) => ({ word: before + name, meaning: sessionState }))
  } catch {
    return []
  }
}

function socketIn(words: readonly string[]): string | undefined {
  const joined = words.find((word) => word.startsWith('--socket='))?.slice('--socket='.length)
  const at = words.indexOf('--socket')
  return joined ?? (at === -1 ? undefined : words[at + 1])
}

function linesOf(candidates: readonly Candidate[], words: readonly string[]): string {
  const typed = words.at(-1) ?? ''
  return candidates
    .filter(({ word }) => word.startsWith(typed))
    .map(({ word, meaning }) => `${printable(word)}\t${printable(meaning)}\n`)
    .join('')
}

const help = `
Completes commands, options, their values, files, and the names of peers as the daemon knows them. Packages install it.

Examples:
  eval "$(herald completion bash)"                       in ~/.bashrc
  eval "$(herald completion zsh)"                        in ~/.zshrc, after compinit
  herald completion fish | source                        in ~/.config/fish/config.fish
`
