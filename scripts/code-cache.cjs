// Writes the code that V8 makes of a bundle beside it: node scripts/code-cache.cjs FILE. In a process of its own, which
// first does what a start does, so that the functions which a start needs are among it.
const { mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs')
const { createRequire } = require('node:module')
const { tmpdir } = require('node:os')
const { dirname, join } = require('node:path')
const { pathToFileURL } = require('node:url')
const { Script } = require('node:vm')

const [, , filename] = process.argv
const folder = mkdtempSync(join(tmpdir(), 'herald-bundle-'))
const configuration = join(folder, 'herald.yaml')
writeFileSync(
  configuration,
  `bgp: { asn: 65001, routerId: 10.0.0.11, peers: [{ address: 10.0.0.1, asn: 65000 }] }
announcements: [{ loadBalancerIPs: [192.0.2.10, 192.0.2.20-192.0.2.29, "2001:db8::/127"] }]
`,
)

const script = new Script(readFileSync(filename, 'utf8'), { filename })
const bundle = { exports: {} }
const dist = `${pathToFileURL(dirname(dirname(filename))).href}/`
script.runInThisContext()(bundle, bundle.exports, createRequire(filename), dist)
const { runCli, loadDaemon } = bundle.exports
loadDaemon()
  .then(() => runCli(['check', configuration]))
  .then((status) => {
    rmSync(folder, { recursive: true })
    if (status !== 0) process.exit(status)
    writeFileSync(join(dirname(filename), 'herald.cache'), script.createCachedData())
  })
