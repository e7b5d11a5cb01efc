import type { Writable } from 'node:stream'

/** All of a terminal, drawn anew again and again; what stood there before is back when it closes. */
export interface Screen {
  draw(text: string): void
  close(): void
}

export type ScreenStream = Writable & { readonly rows?: number }

/** DEC private modes: another screen, no cursor on it, and no line that goes on in the next row. */
const OPEN = '\u001b[?1049h\u001b[?25l\u001b[?7l'
const CLOSE = '\u001b[?7h\u001b[?25h\u001b[?1049l'
/** Cursor to the first place (ECMA-48 CUP); what is left of a row (EL), and of the screen (ED), is erased. */
const HOME = '\u001b[H'
const REST_OF_ROW = '\u001b[K'
const REST = '\u001b[J'

const USUAL_ROWS = 24

export function openScreen(out: ScreenStream): Screen {
  out.write(OPEN)
  return {
    draw(text) {
      const lines = fitting(text, out.rows || USUAL_ROWS)
      out.write(`${HOME}${lines.map((line) => `${line}${REST_OF_ROW}`).join('\r\n')}${REST}`)
    },
    close: () => out.write(CLOSE),
  }
}

function fitting(text: string, rows: number): readonly string[] {
  const lines = text.replace(/\n$/, '').split('\n')
  if (lines.length <= rows) return lines
  return [...lines.slice(0, rows - 1), `… and ${lines.length - rows + 1} more lines`]
}
