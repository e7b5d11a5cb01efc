import { connect } from 'node:net'
import type { TcpProbe } from '../../config/health-check.js'
import { formatEndpoint } from '../../net/endpoint.js'
import { failureText } from './failure-text.js'
import { failed, type Outcome, passed } from './probe.js'

/** Passes when the connection is accepted; it is closed at once. See StartProbe. */
export function tcpProbe({ endpoint }: TcpProbe, done: (outcome: Outcome) => void): () => void {
  const where = formatEndpoint(endpoint)
  const socket = connect({ host: endpoint.address, port: endpoint.port })
  let open = true
  const finish = (outcome: Outcome) => {
    if (!open) return
    open = false
    socket.destroy()
    done(outcome)
  }
  socket.on('error', (error) => finish(failed(failureText(error, where))))
  socket.once('connect', () => {
    const { localAddress, localPort, remoteAddress } = socket
    // The kernel may pick the very port that is asked for our own end, and TCP connects such a socket to itself.
    const itself = localPort === endpoint.port && localAddress === remoteAddress
    finish(itself ? failed(`refused: nobody listens on ${where}`) : passed(`connected to ${where}`))
  })
  return () => finish(failed('given up'))
}
