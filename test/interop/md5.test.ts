/** TCP MD5 (RFC 2385): the right key and no other, and words for a silence that only a key explains. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { type Herald, prepareHerald, startHerald } from '../support/herald.js'
import {
  createRack,
  nodeAddress,
  nodeAddress6,
  nodeConfiguration,
  torAddress,
  torAddress6,
  torSettings,
} from '../support/rack.js'
import { routerKind } from '../support/routers/index.js'
import { waitFor } from '../support/wait.js'

const key = 'Sesame-opens-4711'
const frr = routerKind('frr', 'package')

for (const kind of [frr, routerKind('frr', 'container')]) {
  for (const passive of [false, true]) {
    t.test(
      `${kind.name}: the right key, over IPv4 and IPv6, ${passive ? 'herald waits' : 'herald dials'}; nobody tells it`,
      async (t) => {
        const { tor, node } = await createRack(t)
        const neighbors = [
          { address: nodeAddress, asn: 65001, localAddress: torAddress, passive: !passive, password: key },
          {
            address: nodeAddress6,
            asn: 65001,
            localAddress: torAddress6,
            passive: !passive,
            password: `${key}-6`,
          },
        ]
        const router = await kind.create(tor, { asn: 65000, routerId: torAddress, neighbors })
        const common = { asn: 65000, passive, connectRetryTime: '1s' }
        const herald = await prepareHerald(node, {
          ...nodeConfiguration({
            bgp: {
              peers: [
                { ...common, name: 'tor-1', address: torAddress, password: key },
                { ...common, name: 'tor-6', address: torAddress6, passwordFile: 'tor-6.key' },
              ],
            },
          }),
          announcements: [{ prefixes: ['10.244.1.0/24', 'fd00:10:244:1::/64'] }],
          log: { level: 'debug' },
        })
        await herald.write('tor-6.key', `${key}-6\n`)
        await herald.start()
        await router.established(nodeAddress)
        await router.established(nodeAddress6)
        t.match(await herald.json('peers', 'tor-1'), { sessionState: 'established', password: true })
        t.match(await herald.json('peers', 'tor-6'), { sessionState: 'established', password: true })
        await herald.cli('reload')

        const told = await everythingTold(herald)
        t.ok(told.length > 10)
        for (const { where, text } of told) t.notMatch(text, key, `the key is not in ${where}`)
      },
    )
  }
}

const wrongPairs = [
  { name: 'another key there', ours: key, theirs: `${key}x` },
  { name: 'no key there', ours: key, theirs: undefined },
  { name: 'no key here', ours: undefined, theirs: key },
]

for (const passive of [false, true]) {
  for (const { name, ours, theirs } of wrongPairs) {
    t.test(
      `${name}: no session, and \`herald peers\` says why, ${passive ? 'herald waits' : 'herald dials'}`,
      async (t) => {
        const { tor, node } = await createRack(t)
        const neighbor = { passive: !passive, ...(theirs !== undefined && { password: theirs }) }
        const router = await frr.create(tor, torSettings(neighbor))
        const peer = { passive, ...(ours !== undefined && { password: ours }) }
        const herald = await startHerald(node, nodeConfiguration({ peer }))
        const said =
          ours === undefined
            ? /MD5 key that only the other side has/
            : /gets no answer while an MD5 key is set/
        const expected = passive ? whileWaiting[name] : said
        const text = await waitFor('herald to know', async () => {
          const printed = await herald.cli('peers', 'tor-1')
          if (expected?.test(printed) !== true) throw new Error(printed)
          return printed
        })
        t.match(text, expected)
        t.notMatch(text, key)
        t.match(await herald.json('peers', 'tor-1'), { flaps: 0, messages: { received: { open: 0 } } })
        t.not((await router.neighbor(nodeAddress))?.state, 'established')

        // The remedy that it names is the remedy.
        await herald.configure(nodeConfiguration({ peer: { ...peer, password: theirs } }))
        await herald.cli('reload')
        await router.established(nodeAddress)
      },
    )
  }
}

/** Silence comes in different kinds when the other side dials: this host's kernel counts what it drops. */
const whileWaiting: Readonly<Record<string, RegExp>> = {
  'another key there': /signed with another TCP MD5 key/,
  'no key there': /without the TCP MD5 signature/,
  'no key here': /signed with a TCP MD5 key that is not set here/,
}

t.test('a key that is changed on both sides: the next session has it, whoever dials', async (t) => {
  const { tor, node } = await createRack(t)
  const router = await frr.create(tor, torSettings({ password: key, passive: false }))
  const herald = await startHerald(node, nodeConfiguration({ peer: { password: key } }))
  await router.established(nodeAddress)
  await herald.configure(nodeConfiguration({ peer: { password: 'another' } }))
  t.match(await herald.cli('reload'), /no session resets/)
  await router.command('configure terminal', 'router bgp 65000', `neighbor ${nodeAddress} password another`)
  await waitFor('the session with the new key', async () => {
    const { sessionState } = await herald.json<{ sessionState: string }>('peers', 'tor-1')
    const status = await router.neighbor(nodeAddress)
    return sessionState === 'established' && status?.state === 'established'
  })
})

/** All that herald tells anybody: logs, every answer, its files but for the keys', and every process's arguments. */
async function everythingTold(herald: Herald): Promise<readonly { where: string; text: string }[]> {
  const commands = [
    ['status'],
    ['peers'],
    ['peers', 'tor-1'],
    ['peers', 'tor-6'],
    ['routes', 'available'],
    ['routes', 'advertised'],
    ['routes', 'received'],
    ['reload', '--dry-run'],
    ['check', join(herald.folder, 'herald.yaml')],
  ]
  const answers = await Promise.all(
    commands.flatMap((words) =>
      [words, [...words, '-o', 'json']].map(async (line) => ({
        where: `herald ${line.join(' ')}`,
        text: await herald.cli(...line),
      })),
    ),
  )
  return [
    ...answers,
    { where: 'the log', text: herald.logs() },
    ...(await state(herald)),
    ...(await commandLines()),
  ]
}

async function state({ folder }: Herald): Promise<readonly { where: string; text: string }[]> {
  const files = await readdir(join(folder, 'state')).catch(() => [])
  return Promise.all(
    files.map(async (file) => ({ where: file, text: await readFile(join(folder, 'state', file), 'utf8') })),
  )
}

async function commandLines(): Promise<readonly { where: string; text: string }[]> {
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const texts = await Promise.all(
    // A process may end between the two calls.
    processes.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')),
  )
  return [{ where: 'the process list', text: texts.join('\n') }]
}
