import type { Terminal } from '../cli/terminal.js'

/** Tells the story; where a report is wanted instead, it keeps silent. */
export interface Narrator {
  /** A numbered chapter. */
  chapter(title: string): void
  /** A paragraph in words. */
  say(text: string): void
  /** A command as the user would type it, and what it prints. */
  command(line: string, output: string): void
  /** A table, a file, a drawing: as it stands. */
  show(text: string): void
}

export function narrator({ write, paint }: Terminal): Narrator {
  let chapters = 0
  const show = (text: string) => write(`\n${text}`)
  return {
    chapter: (title) => show(`${paint('heading', `${++chapters}. ${title}`)}\n`),
    say: (text) => show(`${text}\n`),
    command: (line, output) => show(`${paint('heading', `$ ${line}`)}\n${output}`),
    show,
  }
}

export const silent: Narrator = { chapter() {}, say() {}, command() {}, show() {} }
