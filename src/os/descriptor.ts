import type { Socket } from 'node:net'
import type { Brand } from '../../net/brand.js'
import type { Attempt } from './explain.js'
import { errno, libc } from './libc.js'
import { OsError } from './os-error.js'

/** The number of an open socket. Whoever holds it last closes it, once: the kernel gives numbers out again. */
export type Descriptor = Brand<number, 'Descriptor'>

/** @throws OsError */
export function openDescriptor(domain: number, type: number, protocol: number, attempt: Attempt): Descriptor {
  return checked(libc.socket(domain, type, protocol), 'socket', attempt) as Descriptor
}

export function closeDescriptor(descriptor: Descriptor): void {
  // Linux frees the number whatever close(2) answers.
  libc.close(descriptor)
}

/** Passes a result of the C library on. @throws OsError when it is -1. */
export function checked(result: number, call: string, attempt: Attempt): number {
  if (result === -1) throw new OsError(attempt, call, errno())
  return result
}

/**
 * The descriptor under an open socket of node:net, which has no public way to ask; undefined once it is closed.
 * Options of the live socket are set through it.
 */
export function descriptorOf(socket: Socket): Descriptor | undefined {
  const handle: unknown = Reflect.get(socket, '_handle')
  if (typeof handle !== 'object' || handle === null) return undefined
  const fd: unknown = Reflect.get(handle, 'fd')
  return typeof fd === 'number' && fd >= 0 ? (fd as Descriptor) : undefined
}
