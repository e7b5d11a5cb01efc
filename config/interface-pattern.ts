import { ok, type Result, refused } from '../net/result.js'

/** Which interfaces are meant: one by its name, or those whose name a regular expression finds something in. */
export type InterfacePattern =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'expression'; readonly source: string }

/** 'eth0', or a regular expression between slashes: '/^eth/'. */
export function parseInterfacePattern(text: string): Result<InterfacePattern> {
  if (text.startsWith('/')) return parseExpression(text)
  return /^[^/\s]{1,15}$/.test(text) && !/^\.\.?$/.test(text)
    ? ok({ kind: 'name', name: text })
    : refused(
        `'${text}' cannot be an interface; a name has 1 to 15 characters, no space and no '/', a regular expression stands between two: /^eth/`,
      )
}

export function formatInterfacePattern(pattern: InterfacePattern): string {
  return pattern.kind === 'name' ? pattern.name : `/${pattern.source}/`
}

export function matchesInterface(pattern: InterfacePattern, name: string): boolean {
  return pattern.kind === 'name' ? pattern.name === name : new RegExp(pattern.source).test(name)
}

function parseExpression(text: string): Result<InterfacePattern> {
  const source = /^\/(.+)\/$/.exec(text)?.[1]
  if (source === undefined) {
    return refused(`'${text}' is not a regular expression; write it between two slashes, such as /^eth/`)
  }
  try {
    new RegExp(source)
  } catch (error) {
    const because = (error as Error).message.replace(/^Invalid regular expression: /, '')
    return refused(`'${text}' is not a regular expression: ${because}`)
  }
  return ok({ kind: 'expression', source })
}
