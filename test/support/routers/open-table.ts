/** A router's table asked over one connection that stays: an answer takes a millisecond, not a process. */
import { once } from 'node:events'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import type { Family } from './router.js'

export interface OpenTable {
  /** Every prefix that the router has a route for, its own included. */
  readonly prefixes: (family: Family) => Promise<ReadonlySet<string>>
  readonly close: () => void
}

/** vtysh's own way to bgpd: a command and NUL; the answer ends with three NULs and a status. */
export async function frrTable(folder: string): Promise<OpenTable> {
  const { ask, close } = await converse(join(folder, 'run/bgpd.vty'), (answer) => answer.at(-4) === '\0')
  return {
    close,
    prefixes: async (family) => {
      const answer = await ask(`show bgp ${family.replace('/', ' ')} json\0`)
      const { routes = {} } = JSON.parse(answer.slice(0, -4)) as { readonly routes?: object }
      return new Set(Object.keys(routes))
    },
  }
}

/** birdc's own way: a line; the answer ends with a line whose code is followed by a blank. */
export async function birdTable(folder: string): Promise<OpenTable> {
  const { ask, close } = await converse(join(folder, 'bird.ctl'), (answer) => /^\d{4} .*\n$/m.test(answer))
  await ask('')
  return {
    close,
    prefixes: async (family) => {
      const answer = await ask(`show route table ${family === 'ipv4/unicast' ? 'master4' : 'master6'}\n`)
      return new Set([...answer.matchAll(/^(?:1007-| )(\S+\/\d+)\s/gm)].flatMap(([, prefix]) => prefix ?? []))
    },
  }
}

/** @param isWhole whether an answer has come to its end */
async function converse(path: string, isWhole: (answer: string) => boolean) {
  const socket = createConnection(path)
  socket.setEncoding('utf8')
  let heard = ''
  await once(socket, 'connect')
  socket.on('data', (text: string) => {
    heard += text
  })
  const ask = async (question: string): Promise<string> => {
    if (question !== '') {
      heard = ''
      socket.write(question)
    }
    while (!isWhole(heard)) await once(socket, 'data')
    return heard
  }
  return { ask, close: () => void socket.destroy() }
}
