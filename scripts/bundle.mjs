// Writes dist/bundle: the program as one script, the code that this Node makes of it, and the licences of what is in it;
// and the library as one module, which finds its packages where npm puts them.
// Run after tsc: node scripts/bundle.mjs
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')
const out = join(dist, 'bundle')
// Whoever starts herald meanwhile reads the bundle from before, or this one, never half of it.
const made = join(dist, `bundle.${process.pid}`)
const file = join(made, 'herald.js')
const library = join(made, 'library.js')

/** The daemon is loaded by `herald run` alone; code-cache.cjs wants its code among the rest. */
const entry = `export { runCli } from './src/cli/run-cli.js'
export const loadDaemon = () => import('./src/daemon/run.js')`

/** Scripts of threads, by what they are called in the bundle. */
const threads = new Map()

/** A module of ours knows files beside it by its own place, not by the bundle's; a thread's script is bundled too. */
const ownPlaces = {
  name: 'own-places',
  setup({ onLoad }) {
    onLoad({ filter: /\.js$/ }, ({ path }) => {
      const original = readFileSync(path, 'utf8')
      if (!path.startsWith(dist) || !original.includes('import.meta.url')) return undefined
      const contents = original.replace(/new URL\('\.\/([a-z-]+)\.js', import\.meta\.url\)/g, (_, name) => {
        threads.set(`${name}.cjs`, join(dirname(path), `${name}.js`))
        return `new URL('bundle/${name}.cjs', __dist)`
      })
      const url = `new URL(${JSON.stringify(relative(dist, path))}, __dist).href`
      return { contents: contents.replaceAll('import.meta.url', url), loader: 'js' }
    })
  },
}

/** zod exports its words in sixty languages; it says them in the one that it sets itself. */
const oneLanguage = {
  name: 'one-language',
  setup({ onLoad }) {
    onLoad({ filter: /zod\/v4\/locales\/index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js'",
    }))
  },
}

mkdirSync(out, { recursive: true })
mkdirSync(made)
const { metafile } = await build({
  stdin: { contents: entry, resolveDir: dist },
  outfile: file,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // Its own part is a native library, found beside it.
  external: ['koffi'],
  plugins: [ownPlaces, oneLanguage],
  metafile: true,
  legalComments: 'none',
  // Names stay, for stack traces; what is left is ASCII, and a third less to read at every start.
  minifyWhitespace: true,
  lineLimit: 200,
  logLevel: 'warning',
  // A function, so that src/herald.ts says where this is.
  banner: { js: '(function (module, exports, require, __dist) {' },
  footer: { js: '})' },
})
for (const [name, entryPoint] of threads) {
  await build({
    entryPoints: [entryPoint],
    outfile: join(made, name),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['koffi'],
    logLevel: 'warning',
  })
}
await build({
  entryPoints: [join(dist, 'src/index.js')],
  outfile: library,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  logLevel: 'warning',
})
writeFileSync(join(made, 'page.html'), page(join(root, 'src/http/page')))
writeFileSync(join(made, 'licenses.txt'), licences(Object.keys(metafile.inputs)))
const warmed = spawnSync(process.execPath, [join(root, 'scripts/code-cache.cjs'), file], { encoding: 'utf8' })
if (warmed.status !== 0) {
  const ended = warmed.error?.message ?? warmed.signal ?? `status ${warmed.status}`
  throw new Error(`no code cache: ${ended}\n${warmed.stdout}${warmed.stderr}`)
}
for (const name of readdirSync(made)) renameSync(join(made, name), join(out, name))
rmSync(made, { recursive: true })

/** One document of the page's three files. */
function page(folder) {
  const read = (name) => readFileSync(join(folder, name), 'utf8')
  return read('index.html')
    .replace('/* style */', () => read('style.css'))
    .replace('/* script */', () => read('script.js'))
}

function licences(inputs) {
  const packages = new Set(
    inputs.flatMap((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []),
  )
  return [...packages]
    .sort()
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
      const texts = readdirSync(folder).filter((each) => /^licen[cs]e/i.test(each))
      const text = texts.map((each) => readFileSync(join(folder, each), 'utf8').trim()).join('\n\n')
      return `${name} ${version} (${license})\n\n${text}\n`
    })
    .join(`\n${'-'.repeat(80)}\n\n`)
}
