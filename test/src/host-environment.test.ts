import t from 'tap'
import { parseConfig } from '../../config/load.js'
import { hostEnvironment } from '../../src/host-environment.js'

t.test(
  'a key that nothing serves here yet is refused where it stands, beside the other mistakes',
  async (t) => {
    const file = 'bgp: { asn: 65001, routerId: 10.0.0.11 }\nl2: { failover: none }\nlog: { level: loud }\n'
    const loaded = parseConfig(file, 'herald.yaml', hostEnvironment())
    t.match(loaded, {
      ok: false,
      problems: [
        { line: 2, column: 1, path: 'l2', message: 'is not available yet; remove it' },
        { line: 3, path: 'log.level' },
      ],
    })
    t.match(parseConfig(file.replace(/log:.*/, ''), 'herald.yaml', { ...hostEnvironment(), lacks: [] }), {
      ok: true,
    })
  },
)
