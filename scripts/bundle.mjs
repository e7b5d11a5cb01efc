// Writes dist/bundle: the program as one script of CommonJS modules, the code that this Node makes of it, and the
// licences of what is in it. Run after tsc: node scripts/bundle.mjs [FOLDER]
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { createRequire, isBuiltin } from 'node:module'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')
const out = resolve(process.argv[2] ?? join(dist, 'bundle'))
/** Loaded by a name made at run time, and so stay outside: koffi's own part is a native library. */
const external = new Set(['koffi'])
const entry = join(dist, 'src/cli/run-cli.js')

/** By file: where its module stands in the bundle. */
const numbers = new Map()
const modules = []
/** By number: the numbers of what a module asks for, by the name it uses. */
const links = []
add(entry)

mkdirSync(out, { recursive: true })
const file = join(out, 'herald.js')
writeFileSync(file, bundle())
writeFileSync(join(out, 'licenses.txt'), licences())
const warmed = spawnSync(process.execPath, [join(root, 'scripts/code-cache.cjs'), file], { encoding: 'utf8' })
if (warmed.status !== 0) throw new Error(`no code cache: ${warmed.stderr}`)

/** Adds a module and all that it may ever load; answers its number. */
function add(path) {
  const known = numbers.get(path)
  if (known !== undefined) return known
  const number = numbers.size
  numbers.set(path, number)
  const source = commonJs(path)
  const needs = {}
  for (const [, , name] of source.matchAll(/\brequire\((['"])([^'"]+)\1\)/g)) {
    const found = find(name, path)
    if (found !== undefined) needs[name] = add(found)
  }
  modules[number] =
    `// ${relative(root, path)}\nfunction (module, exports, require, __moduleUrl) {${source}\n}`
  links[number] = needs
  return number
}

function commonJs(path) {
  const source = readFileSync(path, 'utf8')
    .replace(/^#!.*/, '')
    .replace(/^\/\/# sourceMappingURL=.*$/m, '')
  if (path.endsWith('.json')) return `module.exports = ${source}`
  if (path.endsWith('.cjs') || !/^(?:import|export)\b/m.test(source)) return source
  return ts.transpileModule(source.replaceAll('import.meta.url', '__moduleUrl'), {
    fileName: path,
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2023,
      esModuleInterop: true,
    },
  }).outputText
}

/** Undefined for what stays outside; a word in a comment that looks like an import is no module either. */
function find(name, from) {
  if (isBuiltin(name) || external.has(name)) return undefined
  try {
    return realpathSync(createRequire(from).resolve(name))
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND' && from.includes('/node_modules/')) return undefined
    throw error
  }
}

/** A function of the `require` for what is outside and of the URL of dist/; it answers what loads a module of ours by its path. */
function bundle() {
  const ours = [...numbers].filter(([path]) => path.startsWith(`${dist}/`))
  const paths = Object.fromEntries(ours.map(([path, number]) => [relative(dist, path), number]))
  return `(function (outside, dist) {
'use strict'
const links = ${JSON.stringify(links)}
const paths = ${JSON.stringify(paths)}
const urls = Object.fromEntries(Object.entries(paths).map(([path, number]) => [number, dist + path]))
const loaded = []
function load(number) {
  const known = loaded[number]
  if (known !== undefined) return known.exports
  const module = { exports: {} }
  loaded[number] = module
  const needs = links[number]
  const require = (name) => (name in needs ? load(needs[name]) : outside(name))
  modules[number].call(module.exports, module, module.exports, require, urls[number])
  return module.exports
}
const modules = [
${modules.join(',\n')}
]
return (path) => load(paths[path])
})`
}

function licences() {
  const packages = new Set(
    [...numbers.keys()].flatMap((path) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []),
  )
  return [...packages]
    .sort()
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
      const texts = readdirSync(folder).filter((file) => /^licen[cs]e/i.test(file))
      const text = texts.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n')
      return `${name} ${version} (${license})\n\n${text}\n`
    })
    .join(`\n${'-'.repeat(80)}\n\n`)
}
