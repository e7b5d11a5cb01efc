import { Socket } from 'node:net'
import { closeDescriptor, type Descriptor } from '../os/descriptor.js'

/** Octets that Node holds for a peer before `write` says wait: sixteen full messages (RFC 4271 §4). */
export const highWaterMark = 64 * 1024

/** The socket owns the descriptor from here on. Half-open, because `end` reads on after its FIN. */
export function socketOver(descriptor: Descriptor): Socket {
  const options = {
    fd: descriptor,
    allowHalfOpen: true,
    readable: true,
    writable: true,
    // Not in Node's list of options, but handed to the stream below.
    writableHighWaterMark: highWaterMark,
    // Reading starts at the connection, not now, where the kernel would answer ENOTCONN.
    manualStart: true,
  }
  try {
    return new Socket(options).setNoDelay(true)
  } catch (error) {
    closeDescriptor(descriptor)
    throw error
  }
}
