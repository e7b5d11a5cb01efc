import { type Paint, printable, type Style } from './style.js'

/** One column of a table as data. */
export interface Column<Row> {
  readonly header: string
  readonly cell: (row: Row) => string
  readonly style?: (row: Row) => Style | undefined
}

const GAP = '  '

/** A line of headers and one for each row, each column as wide as its widest cell; no space at the end of a line. */
export function renderTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  paint: Paint,
): string {
  const cells = rows.map((row) => columns.map(({ cell }) => printable(cell(row))))
  const widths = columns.map(({ header }, i) =>
    cells.reduce((width, line) => Math.max(width, widthOf(line[i] ?? '')), widthOf(header)),
  )
  const lineOf = (texts: readonly string[], styleOf: (i: number) => Style | undefined) => {
    const last = texts.findLastIndex((text) => text !== '')
    return texts
      .slice(0, last + 1)
      .map((text, i) => paint(styleOf(i), text) + (i === last ? '' : padding(text, widths[i])))
      .join(GAP)
  }
  const headers = lineOf(
    columns.map(({ header }) => header),
    () => 'heading',
  )
  const lines = rows.map((row, r) => lineOf(cells[r] ?? [], (i) => columns[i]?.style?.(row)))
  return `${[headers, ...lines].join('\n')}\n`
}

/** Labels and what belongs to them, one a line; a field without text is left out. */
export type Field = readonly [label: string, text: string | undefined, style?: Style | undefined]

export function renderFields(fields: readonly Field[], paint: Paint): string {
  const present = fields.filter(([, text]) => text !== undefined && text !== '')
  const width = Math.max(...present.map(([label]) => widthOf(label)))
  return present
    .map(
      ([label, text = '', style]) =>
        `${label}${padding(label, width)}${GAP}${paint(style, printable(text))}\n`,
    )
    .join('')
}

export function indented(text: string): string {
  return text.replace(/^(?=.)/gm, GAP)
}

function padding(text: string, width = 0): string {
  return ' '.repeat(Math.max(0, width - widthOf(text)))
}

/** In characters, not UTF-16 units. */
function widthOf(text: string): number {
  return [...text].length
}
