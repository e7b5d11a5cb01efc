// What this project depends on: node scripts/audit.mjs. Fails when a package wants to run a script at its installation that
// is not decided upon, when a dependency has no reason in the README, or when a weakness is known in what runs.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const root = new URL('..', import.meta.url)
const read = (name) => readFileSync(new URL(name, root), 'utf8')
const { dependencies, devDependencies, allowScripts } = JSON.parse(read('package.json'))
const { packages } = JSON.parse(read('package-lock.json'))
const readme = read('README.md')
const wrong = [...undecidedScripts(), ...unpinned(), ...withoutReason()]

const { known, said } = weaknesses()
if (known === undefined) {
  console.log(`\n*** NOT AUDITED: no registry with advisories answers here (${said}). ***`)
  console.log('*** Known weaknesses are not looked for; run `npm audit --omit=dev` where one does. ***\n')
} else wrong.push(...known)

for (const line of wrong) console.log(`audit: ${line}`)
if (wrong.length > 0) process.exit(1)
const looked = known === undefined ? '' : ', no weakness known'
console.log(
  `audit: ${Object.keys(packages).length - 1} packages, those for this system by their hash, install scripts decided upon${looked}`,
)

function undecidedScripts() {
  return entries()
    .filter(([path, { hasInstallScript }]) => hasInstallScript && allowScripts[nameOf(path)] === undefined)
    .map(
      ([path]) =>
        `${nameOf(path)} wants to run a script when it is installed: decide in allowScripts of package.json`,
    )
}

/** Bundled packages come within an archive that has one; tools for other systems than this one are not installed. */
function unpinned() {
  return entries()
    .filter(
      ([, { integrity, inBundle, link, dev, optional }]) =>
        integrity === undefined && !(inBundle || link || (dev && optional)),
    )
    .map(([path]) => `${path} has no hash in package-lock.json`)
}

function withoutReason() {
  const section = readme.split('\n## Dependencies\n')[1]?.split('\n## ')[0] ?? ''
  const rows = section.split('\n').filter((line) => line.startsWith('|'))
  return Object.keys({ ...dependencies, ...devDependencies })
    .filter((name) => !rows.some((row) => new RegExp(`\`${name}\`.*\\|\\s*\\S.*\\|`).test(row)))
    .map((name) => `${name} is not named with its reason among the dependencies in README.md`)
}

function weaknesses() {
  const audit = spawnSync(
    'npm',
    ['audit', '--omit=dev', '--json', '--fetch-retries=0', '--fetch-timeout=20000'],
    {
      cwd: root,
      encoding: 'utf8',
      timeout: 60_000,
    },
  )
  const report = parsed(audit.stdout)
  if (report?.vulnerabilities === undefined)
    return { said: report?.message ?? report?.error?.summary ?? 'no answer' }
  const known = Object.values(report.vulnerabilities).map(
    ({ name, severity }) => `${name}: a weakness is known, ${severity}`,
  )
  return { known, said: '' }
}

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function entries() {
  return Object.entries(packages).filter(([path]) => path !== '')
}

function nameOf(path) {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
}
