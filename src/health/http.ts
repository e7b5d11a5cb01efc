import { get as httpGet, type IncomingMessage } from 'node:http'
import { get as httpsGet } from 'node:https'
import type { HttpProbe } from '../../config/health-check.js'
import { printable } from '../../net/printable.js'
import { failureText } from './failure-text.js'
import { lookup } from './lookup.js'
import { failed, type Outcome, passed } from './probe.js'

/**
 * GET on a connection of its own; the status decides, the body is not read. Redirects are an answer like any other:
 * where they lead is another service. See StartProbe.
 */
export function httpProbe(probe: HttpProbe, done: (outcome: Outcome) => void): () => void {
  const url = new URL(probe.url)
  const get = url.protocol === 'https:' ? httpsGet : httpGet
  const request = get(url, {
    ...{ agent: false, lookup, rejectUnauthorized: !probe.insecure },
    headers: { 'user-agent': 'herald', accept: '*/*' },
  })
  let open = true
  const finish = (outcome: Outcome) => {
    if (!open) return
    open = false
    request.destroy()
    done(outcome)
  }
  // Stays: a connection that is given up may still complain.
  request.on('error', (error) => finish(failed(failureText(error, url.host))))
  request.once('response', (response) => finish(outcomeOf(probe, response)))
  return () => finish(failed('given up'))
}

function outcomeOf({ status }: HttpProbe, response: IncomingMessage): Outcome {
  const { statusCode: code = 0, statusMessage = '', headers } = response
  const said = printable(`status ${code} ${statusMessage}`).trim()
  if (status === undefined ? code >= 200 && code < 300 : status.includes(code)) return passed(said)
  const { location } = headers
  const redirect = location === undefined ? '' : printable(`, to ${location}, which is not followed`)
  return failed(`${said}${redirect}`)
}
