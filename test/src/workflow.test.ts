import { readFileSync } from 'node:fs'
import t from 'tap'
import { parse } from 'yaml'

t.test('the workflow runs what .ci/run says, as root on the Debian of the tests', async (t) => {
  const { jobs } = parse(readFileSync('.github/workflows/ci.yml', 'utf8'))
  const { container, steps } = jobs.ci
  t.match(container, { image: /^node:20-bookworm$/, options: /--privileged/ })
  t.ok(steps.some(({ run }: { readonly run?: string }) => run === 'bash .ci/run'))
})
