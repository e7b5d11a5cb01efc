import { readFileSync } from 'node:fs'

/** Made of src/http/page at build. */
const file = new URL('../../bundle/page.html', import.meta.url)

let page: string | undefined

/** One document without anything beside it. */
export function readPage(): string {
  page ??= readFileSync(file, 'utf8')
  return page
}

/** What of a page may run: the one script and style in it, and requests to where it came from. */
export const PAGE_POLICY =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
