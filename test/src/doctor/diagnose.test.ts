import t from 'tap'
import { diagnose, hintsFor, isHealthy } from '../../../src/doctor/diagnose.js'
import { peerView } from '../../support/peer-view.js'
import { ended, established, nothing, notification, received, silent } from './peers.js'

t.test('a peer is healthy when it is up and nothing is wrong for sure', async (t) => {
  t.ok(isHealthy(established(), diagnose(established(), nothing)))
  const lesser = established({ negotiated: { families: ['ipv4/unicast'] } })
  t.ok(isHealthy(lesser, diagnose(lesser, nothing)), 'not to speak a family is no illness')
  t.notOk(isHealthy(silent(), []))
  const hopless = established({ target: { nextHops: {} } })
  t.notOk(isHealthy(hopless, diagnose(hopless, nothing)))
})

t.test('hints are the same diagnoses in one line, without guesses about what is up', async (t) => {
  t.same(hintsFor(established(), nothing), [])
  t.same(hintsFor(peerView(), nothing), [], 'an attempt under way is no trouble')
  t.same(hintsFor(ended([[received, notification(2, 6)]]), nothing), [
    'tor-1 rejects the hold time of 90s that this node offers; here: raise `holdTime` of tor-1; ' +
      'there: lower its minimum hold time (in FRR: bgp minimum-holdtime)',
  ])
  t.match(hintsFor(silent(), nothing)[0], /^possible: tor-1 answers nothing/)
})
