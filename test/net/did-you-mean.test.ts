import t from 'tap'
import { didYouMean } from '../../net/did-you-mean.js'

const keys = ['asn', 'routerId', 'listen', 'peers', 'peerDefaults', 'dynamicPeers']

const rows = [
  { text: 'peer', suggestion: 'peers' },
  { text: 'routerID', suggestion: 'routerId' },
  { text: 'router-id', suggestion: 'routerId' },
  { text: 'lisetn', suggestion: 'listen' },
  { text: 'as', suggestion: 'asn' },
  { text: 'peerDefault', suggestion: 'peerDefaults' },
  { text: 'neighbors', suggestion: undefined },
  { text: 'x', suggestion: undefined },
  { text: '', suggestion: undefined },
] as const

t.ok(rows.length > 0, 'there are rows to test')
for (const { text, suggestion } of rows) {
  t.test(`'${text}' ${suggestion === undefined ? 'is near nothing' : `means '${suggestion}'`}`, async (t) => {
    t.equal(didYouMean(text, keys), suggestion)
  })
}

t.test('the nearest wins, and among equals the first', async (t) => {
  t.equal(didYouMean('pears', ['pods', 'peers', 'bears']), 'peers')
})

t.test('nothing is suggested from nothing', async (t) => {
  t.equal(didYouMean('peers', []), undefined)
})
