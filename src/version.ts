import { readFileSync } from 'node:fs'

/**
 * The version in the package.json that this file ships with: the nearest above it, be it compiled into dist/ or
 * installed under node_modules.
 */
export function readVersion(): string {
  for (let directory = new URL('.', import.meta.url); ; directory = new URL('..', directory)) {
    const found = versionIn(new URL('package.json', directory))
    if (found !== undefined) return found
    if (directory.pathname === '/')
      throw new Error('herald is not installed whole: its package.json is missing')
  }
}

function versionIn(file: URL): string | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
  const { name, version } = JSON.parse(text) as { readonly name?: string; readonly version?: string }
  return name === 'herald' ? version : undefined
}
