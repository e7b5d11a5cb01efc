/**
 * What each shell runs when TAB is pressed: it hands the line to `herald completion words`, whose answer is a word and,
 * after a TAB, its meaning on each line; or the line `:file`.
 */
export type Shell = keyof typeof scripts

export const scripts = {
  bash: String.raw`# bash completion of herald. In ~/.bashrc: eval "$(herald completion bash)"
_herald() {
  # Of the line itself: bash takes words apart at each colon, and addresses have some.
  local line=${'$'}{COMP_LINE:0:COMP_POINT} word answer
  local -a typed
  read -ra typed <<<"$line"
  [[ $line == *[[:space:]] ]] && typed+=('')
  local last=${'$'}{typed[-1]}
  COMPREPLY=()
  while IFS= read -r answer; do
    if [[ $answer == :file ]]; then
      compopt -o filenames
      while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "${'$'}{COMP_WORDS[COMP_CWORD]#=}")
      return
    fi
    word=${'$'}{answer%%$'\t'*}
    # What stands before the last colon or equals sign is there already.
    [[ $word == "$last"* ]] && COMPREPLY+=("${'$'}{word#"${'$'}{last%"${'$'}{last##*[:=]}"}"}")
  done < <("${'$'}{COMP_WORDS[0]}" completion words -- "${'$'}{typed[@]:1}" 2>/dev/null)
}
complete -F _herald herald
`,
  zsh: String.raw`#compdef herald
# zsh completion of herald. In ~/.zshrc, after compinit: eval "$(herald completion zsh)"
_herald() {
  local answer
  local -a typed found
  typed=("${'$'}{(@Q)words[2,CURRENT-1]}" "$PREFIX")
  for answer in "${'$'}{(@f)$("${'$'}{words[1]}" completion words -- "${'$'}{(@)typed}" 2>/dev/null)}"; do
    if [[ $answer == :file ]]; then
      compset -P '*='
      _files
      return
    fi
    # Of word and meaning; a colon within the word is not the one between them.
    [[ -n $answer ]] && found+=("${'$'}{${'$'}{answer%%$'\t'*}//:/\\:}:${'$'}{answer#*$'\t'}")
  done
  _describe -V herald found
}
if [[ ${'$'}{funcstack[1]} == _herald ]]; then _herald "$@"; else compdef _herald herald; fi
`,
  fish: String.raw`# fish completion of herald. In ~/.config/fish/config.fish: herald completion fish | source
function __herald_complete
  set -l typed (commandline -opc)
  set -l answers ($typed[1] completion words -- $typed[2..-1] (commandline -ct) 2>/dev/null)
  if test "$answers" = :file
    set -l option (string match --regex -- '^--[^=]*=' (commandline -ct))
    for path in (__fish_complete_path (string replace -- "$option" '' (commandline -ct)))
      echo "$option$path"
    end
  else
    printf '%s\n' $answers
  end
end
complete --command herald --no-files --keep-order --arguments '(__herald_complete)'
`,
} as const
