// Writes the code that V8 makes of a bundle beside it: node scripts/code-cache.cjs FILE. In a process of its own, which
// first starts a daemon that talks to nobody, so that the functions which a start needs are among it.
const { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs')
const { createRequire } = require('node:module')
const { tmpdir } = require('node:os')
const { dirname, join } = require('node:path')
const { pathToFileURL } = require('node:url')
const v8 = require('node:v8')
const { Script } = require('node:vm')

const [, , filename] = process.argv
const folder = mkdtempSync(join(tmpdir(), 'herald-bundle-'))
const configuration = join(folder, 'herald.yaml')
const socket = join(folder, 'herald.sock')
writeFileSync(
  configuration,
  `bgp: { asn: 65001, routerId: 10.0.0.11, listen: [] }
control: { socket: "${socket}", stateDirectory: "${folder}" }
log: { level: error }
announcements: [{ loadBalancerIPs: [192.0.2.10, 192.0.2.20-192.0.2.29, "2001:db8::/127"] }]
`,
)

// V8 takes no code that was made under other flags, and a start sets some only once its code is read.
v8.setFlagsFromString = () => {}

const script = new Script(readFileSync(filename, 'latin1'), { filename })
const bundle = { exports: {} }
const dist = `${pathToFileURL(dirname(dirname(filename))).href}/`
script.runInThisContext()(bundle, bundle.exports, createRequire(filename), dist)

// Whoever runs this may have had Node load more, which listens too, and ends the process where nobody else does.
const listeners = () => process.listenerCount('SIGTERM')
const others = listeners()

async function startAndStop() {
  const { runCli, loadDaemon } = bundle.exports
  await loadDaemon()
  const started = setInterval(() => {
    // Whoever is told to end before it listens to that ends without a word.
    if (!existsSync(socket) || listeners() === others) return
    clearInterval(started)
    process.kill(process.pid, 'SIGTERM')
  }, 10)
  try {
    return (await runCli(['check', configuration])) || (await runCli(['run', '-c', configuration]))
  } finally {
    clearInterval(started)
  }
}

startAndStop()
  .then((status) => {
    if (status === 0) writeFileSync(join(dirname(filename), 'herald.cache'), script.createCachedData())
    else process.exitCode = status
  })
  .catch((error) => {
    console.error(error)
    process.exitCode = 1
  })
  .finally(() => rmSync(folder, { recursive: true }))
