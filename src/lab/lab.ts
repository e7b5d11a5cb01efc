import type { Terminal } from '../cli/terminal.js'
import { realWorld } from '../daemon/world.js'
import { embeddedRouter } from './embedded-router.js'
import { narrator, silent } from './narrator.js'
import { type LabNode, type NodeFiles, nodeFiles, startNode } from './node.js'
import { type Pause, patience } from './patience.js'
import { type LabReport, summary } from './report.js'
import { play } from './scenario.js'
import { temporaryFolder } from './temporary-folder.js'

export interface LabOptions {
  /** Stay after the story, until `stop`. */
  readonly keep: boolean
  readonly output: 'table' | 'json'
}

export interface LabSurroundings {
  readonly terminal: Terminal
  readonly pause: Pause
  /** Ctrl-C. */
  readonly stop: AbortSignal
  /** How the user calls this program: 'herald', or 'node PATH' from a clone. */
  readonly herald: string
}

/**
 * A node and its router on the loopback interface, a story told with both, and nothing left of them.
 * @throws CommandFailed with what did not happen, and when `stop` came before the end of the story
 */
export async function runLab(
  { keep, output }: LabOptions,
  surroundings: LabSurroundings,
): Promise<LabReport> {
  const { terminal, stop } = surroundings
  const world = realWorld()
  const { clock } = world
  const inWords = output === 'table'
  const folder = temporaryFolder('herald-lab-')
  const router = embeddedRouter(world)
  let node: LabNode | undefined
  try {
    await router.start()
    const files = nodeFiles(folder.path, router)
    const scene = {
      ...{ router, files, clock, paint: terminal.paint },
      narrator: inWords ? narrator(terminal) : silent,
      patience: patience(clock, inWords ? surroundings.pause : async () => undefined, stop),
    }
    const report = await play(scene, async () => {
      node = await startNode(files, world)
      return node
    })
    scene.narrator.chapter('What happened')
    scene.narrator.show(summary(report))
    if (!inWords) terminal.write(`${JSON.stringify(report, null, 2)}\n`)
    if (keep) {
      scene.narrator.show(invitation(files, surroundings.herald))
      await aborted(stop)
    }
    return report
  } finally {
    await node?.stop()
    await router.stop()
    folder.remove()
  }
}

function invitation({ socket, configFile, logFile }: NodeFiles, herald: string): string {
  const alias = herald === 'herald' ? '' : `  alias herald='${herald}'\n`
  return `Both stay until Ctrl-C. In another terminal:

${alias}  export HERALD_SOCKET=${socket}
  herald peers
  herald peers tor-1
  herald announce 203.0.113.99
  herald monitor
  herald reload               # after an edit of ${configFile}

Without the variable: herald --socket ${socket} peers
The node's log: ${logFile}
`
}

function aborted(stop: AbortSignal): Promise<void> {
  if (stop.aborted) return Promise.resolve()
  return new Promise((done) => stop.addEventListener('abort', () => done(), { once: true }))
}
