import type { Clock } from '../../net/clock.js'
import { CommandFailed } from '../cli/errors.js'
import type { Paint } from '../cli/style.js'
import { announceView } from '../cli/view/announce.js'
import { eventView } from '../cli/view/event.js'
import { peersView } from '../cli/view/peers.js'
import { reloadView } from '../cli/view/reload.js'
import { peerRoutesView } from '../cli/view/routes.js'
import type { AnnounceReport } from '../control/api/announce.js'
import type { PeerDetail } from '../control/api/peers.js'
import type { ControlClient } from '../control/client.js'
import { communitiesAfter, communitiesBefore, drawing } from './configuration.js'
import type { Narrator } from './narrator.js'
import type { LabNode, NodeFiles } from './node.js'
import type { Patience } from './patience.js'
import type { LabReport, Reached } from './report.js'
import type { LabRouter } from './router.js'

/** Everything that a chapter works with; the node is there from the second one on. */
export interface Scene {
  readonly router: LabRouter
  readonly files: NodeFiles
  readonly narrator: Narrator
  readonly patience: Patience
  readonly clock: Clock
  readonly paint: Paint
}

interface LiveScene extends Scene {
  readonly node: LabNode
}

const PEER = 'tor-1'
const RUN_TIME_PREFIX = '203.0.113.80/32'

/** The whole story. @throws CommandFailed when something did not happen within its limit, or on Ctrl-C */
export async function play(scene: Scene, start: () => Promise<LabNode>): Promise<LabReport> {
  const { router, patience } = scene
  await beginning(scene)
  const startedAt = scene.clock.now()
  const node = await start()
  const live = { ...scene, node }
  const establishedMilliseconds = await sessionUp(live, startedAt)
  const routes = await tableFilled(live)
  await patience.pause(1000)
  const [announce, withdraw] = await runTime(live)
  const restart = await routerRestarts(live)
  const reload = await reloaded(live)
  const { address, port } = router.endpoint
  return {
    router: { title: router.title, address, port },
    establishedMilliseconds,
    routes,
    announce,
    withdraw,
    restart,
    reload,
  }
}

async function beginning({ router, files, narrator, patience }: Scene): Promise<void> {
  narrator.say('A node and its top-of-rack router on this machine, without root.')
  narrator.show(drawing(router))
  narrator.chapter('The configuration of the node')
  narrator.command(`cat ${files.configFile}`, files.configure(communitiesBefore))
  await patience.pause(1800)
}

async function sessionUp(
  { node, narrator, patience, paint, clock }: LiveScene,
  startedAt: number,
): Promise<number> {
  narrator.chapter('The session comes up')
  narrator.say('The router listens, and its table is empty. The node starts.')
  await patience.until('the session was established', async () => isUp(await node.client.peer(PEER)))
  const milliseconds = Math.ceil(clock.now() - startedAt)
  const { history } = await node.client.peer(PEER)
  const states = ['idle', ...history.map(({ to }) => to)].join(' -> ')
  narrator.say(`${states}, ${milliseconds} ms after the node started`)
  narrator.command('herald peers', peersView(await node.client.peers(), paint))
  await patience.pause(1000)
  return milliseconds
}

async function tableFilled({ node, router, narrator, patience, paint }: LiveScene): Promise<number> {
  const { total } = await node.client.routesAvailable()
  narrator.chapter('The router learns the routes')
  await patience.until(`the router had all ${total} routes`, hasAll(router, total))
  const advertised = await node.client.routesAdvertised(PEER)
  narrator.command(`herald routes advertised ${PEER}`, peerRoutesView(advertised, true, paint))
  await patience.pause(1000)
  narrator.say("The router's table:")
  narrator.show(peerRoutesView(await router.table(), true, paint))
  return total
}

async function runTime(scene: LiveScene): Promise<readonly [Reached, Reached]> {
  const { node, router, narrator, patience, paint } = scene
  const body = { prefixes: [RUN_TIME_PREFIX] }
  narrator.chapter('A prefix is announced and withdrawn at run time')
  const announce = await reached(scene, true, async () => {
    const report = await node.client.announce({ ...body, med: 10 })
    narrator.command(`herald announce ${RUN_TIME_PREFIX} --med 10`, announceView(report, 'announced'))
    return report
  })
  narrator.say("The router's table:")
  narrator.show(peerRoutesView(await router.table(), true, paint))
  await patience.pause(1000)
  const withdraw = await reached(scene, false, async () => {
    const report = await node.client.withdraw(body)
    narrator.command(`herald withdraw ${RUN_TIME_PREFIX}`, announceView(report, 'withdrawn'))
    return report
  })
  narrator.say(`The router has ${(await router.table()).total} routes again.`)
  await patience.pause(1000)
  return [announce, withdraw]
}

/** From the command's return until the router's table shows what it did, or shows it no more. */
async function reached(
  { node, router, patience }: LiveScene,
  wanted: boolean,
  command: () => Promise<AnnounceReport>,
): Promise<Reached> {
  const before = await updatesSent(node.client)
  await command()
  const what = `the router ${wanted ? 'learned' : 'lost'} ${RUN_TIME_PREFIX}`
  const milliseconds = await patience.until(what, async () => {
    const { routes } = await router.table()
    return routes.some(({ prefix }) => prefix === RUN_TIME_PREFIX) === wanted
  })
  const updates = (await updatesSent(node.client)) - before
  return { prefix: RUN_TIME_PREFIX, milliseconds, updates }
}

async function routerRestarts(scene: LiveScene): Promise<LabReport['restart']> {
  const { node, router, narrator, patience, paint } = scene
  const { total } = await node.client.routesAvailable()
  const told = node.events.length
  narrator.chapter('The router goes down and comes back')
  await router.stop()
  await patience.until(
    'herald noticed that the router is gone',
    async () => !isUp(await node.client.peer(PEER)),
  )
  await patience.pause(1100)
  narrator.say('Its operator has shut it down, and its table is lost.')
  narrator.command('herald peers', peersView(await node.client.peers(), paint))
  await patience.pause(600)
  await router.start()
  narrator.say('It listens again.')
  const routesBackMilliseconds = await patience.until('all routes came back', hasAll(router, total))
  const events = node.events.slice(told)
  const lines = events.map((event) => eventView(event, paint)).join('')
  narrator.command('herald monitor', lines)
  await patience.pause(1000)
  narrator.command('herald peers', peersView(await node.client.peers(), paint))
  return { events, routesBackMilliseconds }
}

async function reloaded({
  node,
  router,
  files,
  narrator,
  patience,
  paint,
}: LiveScene): Promise<LabReport['reload']> {
  const added = communitiesAfter.filter((community) => !communitiesBefore.includes(community))
  narrator.chapter('The configuration changes')
  narrator.say(`The file gives the announcement 'ingress' one more community, ${added.join(' ')}:`)
  files.configure(communitiesAfter)
  const before = await node.client.peer(PEER)
  const { routes: available } = await node.client.routesAvailable()
  const wanted = available.filter(({ announcement }) => announcement === 'ingress').length
  const { changes, ...plan } = await node.client.reload({})
  narrator.command('herald reload', reloadView({ changes, ...plan }, paint))
  const shown = async () => {
    const { routes } = await router.table()
    return routes.filter(({ communities }) => added.every((each) => communities.includes(each))).length
  }
  const milliseconds = await patience.until(
    'the router showed the new community',
    async () => (await shown()) === wanted,
  )
  narrator.say("The router's table:")
  narrator.show(peerRoutesView(await router.table(), true, paint))
  if ((await node.client.peer(PEER)).messages.sent.open !== before.messages.sent.open) {
    throw new CommandFailed('the lab failed: the session was reset by a reload that adds a community')
  }
  await patience.pause(1000)
  return { changes, routes: wanted, milliseconds }
}

function isUp({ sessionState }: PeerDetail): boolean {
  return sessionState === 'established'
}

function hasAll(router: LabRouter, total: number): () => Promise<boolean> {
  return async () => (await router.table()).total === total
}

async function updatesSent(client: ControlClient): Promise<number> {
  return (await client.peer(PEER)).messages.sent.update
}
