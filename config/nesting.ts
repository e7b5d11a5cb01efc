import { Lexer } from 'yaml'

/** Levels of brackets, indicators and spaces of indentation together: several times what any real file has. */
const MAX_NESTING = 200

/**
 * Where a file begins to be nested so deeply that it can only be an accident. The parser that builds the tree is
 * recursive, and running out of stack inside it can end the process, so this is asked first.
 */
export function tooDeep(text: string): number | undefined {
  let offset = 0
  let brackets = 0
  let indicators = 0
  let lineStart = true
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') brackets += 1
    else if (token === ']' || token === '}') brackets = Math.max(0, brackets - 1)
    else if (token.startsWith('\n') || token.startsWith('\r')) indicators = 0
    else if (lineStart && token.startsWith(' ')) indicators += token.length
    // Inside brackets only brackets nest.
    else if (brackets === 0 && (token === '-' || token === '?' || token === ':')) indicators += 1
    if (brackets + indicators > MAX_NESTING) return offset
    lineStart = token.startsWith('\n') || token.startsWith('\r')
    // The lexer marks documents and scalars with control characters of its own that are not in the text.
    if (!marks.has(token)) offset += token.length
  }
  return undefined
}

/** Byte order mark aside: DOCUMENT, FLOW_END and SCALAR of the lexer. */
const marks: ReadonlySet<string> = new Set(['\u0002', '\u0018', '\u001f'])
