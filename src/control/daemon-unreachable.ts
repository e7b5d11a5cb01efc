/** No daemon answers on the socket; the message says why and what to do. */
export class DaemonUnreachable extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'DaemonUnreachable'
  }
}
