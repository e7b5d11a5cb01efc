// Runs the compiled tests: node scripts/tap.mjs [unit] [interop] [NAME]...
// Ends with `N passed, N failed`, counted in single assertions; the exit status is tap's.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Parser } from 'tap-parser'
import { stringify } from 'yaml'

const root = fileURLToPath(new URL('..', import.meta.url))
const compiled = join(root, 'dist/test')
const inCi = process.env.CI === 'true'
const isRoot = process.getuid() === 0

/** Interop tests start daemons by the pair and wait for their timers: one file at a time, and patience. */
const suites = {
  unit: { folders: ['net', 'bgp', 'arp', 'config', 'src', 'bench'], jobs: 2, timeoutSeconds: 120 },
  interop: { folders: ['interop'], jobs: 1, timeoutSeconds: 900 },
}

const words = process.argv.slice(2).map((word) => word.replace(/^--/, ''))
const chosen = Object.keys(suites).filter((suite) => words.includes(suite))
const names = words.filter((word) => !(word in suites))

const total = { passed: 0, failed: 0 }
let status = 0
const notRun = []

for (const suite of chosen.length === 0 ? Object.keys(suites) : chosen) {
  const all = testsOf(suites[suite].folders)
  // A folder that moved, or a build that made nothing, must not pass for a success.
  if (all.length === 0)
    fail(`no ${suite} test in ${relative(root, compiled)}: nothing was built, or the folder moved`)
  const files = all.filter((file) => names.length === 0 || names.some((name) => file.includes(name)))
  const possible = files.filter((file) => {
    if (isRoot || !(suite === 'interop' || needsRoot(file))) return true
    notRun.push(`${file}: needs root`)
    return false
  })
  if (possible.length > 0) await runSuite(suite, possible)
}
if (names.length > 0 && total.passed + total.failed + notRun.length === 0)
  fail(`no test is named ${names.join(' or ')}`)

for (const what of notRun) console.log(`not run: ${what}`)
if (notRun.length > 0 && inCi) {
  console.log('what is not run counts as failed in CI')
  total.failed += notRun.length
  status ||= 1
}
console.log(`${total.passed} passed, ${total.failed} failed`)
process.exit(status)

async function runSuite(suite, files) {
  const { jobs, timeoutSeconds } = suites[suite]
  const env = suite === 'interop' ? { ...process.env, HERALD_ROUTER_IMAGES: routerImages() } : process.env
  if (suite === 'interop') node(['dist/test/support/routers/versions.js'], env)
  const paths = files.map((file) => join('dist/test', file))
  const tap = spawn(
    'node_modules/.bin/tap',
    ['run', `--jobs=${jobs}`, `--timeout=${timeoutSeconds}`, '--reporter=tap', ...paths],
    {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const parser = new Parser()
  listen(parser, [], suite === 'interop' ? 2 : 1)
  tap.stdout.pipe(parser)
  const [code] = await once(tap, 'close')
  status ||= code ?? 1
  // What a test that was killed could not remove itself.
  if (suite === 'interop') node(['dist/test/support/sweep.js'], env)
}

/**
 * Counts leaf assertions, and tells of files (and their tests, down to a depth) as they are done. A subtest is
 * summed up by one assertion of its parent's, which is not counted again.
 */
function listen(parser, path, depth) {
  const mine = { asserted: 0, failed: 0 }
  let child
  parser.on('child', (started) => {
    child = listen(started, [...path, started.name], depth)
  })
  parser.on('assert', ({ ok, name, time, diag }) => {
    const summed = child
    child = undefined
    mine.asserted++
    if (!ok) mine.failed++
    // A subtest without assertions, or one that failed without a failed assertion (a crash, a time-out), has no
    // other trace than this line.
    const leaf = summed === undefined || summed.asserted === 0 || (!ok && summed.failed === 0)
    if (leaf) total[ok ? 'passed' : 'failed']++
    if (leaf && !ok) console.log(`\nFAILED ${[...path, name].join(' > ')}\n${stringify(diag ?? {})}`)
    else if (summed !== undefined && path.length < depth)
      console.log(`${'  '.repeat(path.length)}${ok ? 'ok' : 'FAILED'} ${name} ${seconds(time)}`)
  })
  return mine
}

function seconds(milliseconds = 0) {
  return `(${(milliseconds / 1000).toFixed(1)} s)`
}

function testsOf(folders) {
  return folders.flatMap((folder) => {
    const path = join(compiled, folder)
    if (!existsSync(path)) return []
    return readdirSync(path, { recursive: true })
      .filter((file) => file.endsWith('.test.js'))
      .map((file) => join(folder, file))
      .sort()
  })
}

/** By its name, so that it is known without running it. */
function needsRoot(file) {
  return file.endsWith('.root.test.js')
}

function routerImages() {
  const script = spawnSync('bash', ['scripts/router-image.sh'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (script.status !== 0) fail('the router images cannot be had')
  return script.stdout
}

function node(args, env) {
  const run = spawnSync(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] })
  if (run.status !== 0) fail(`${args.join(' ')}: exit status ${run.status}`)
}

function fail(why) {
  console.log(why)
  console.log(`${total.passed} passed, ${total.failed + 1} failed`)
  process.exit(1)
}
