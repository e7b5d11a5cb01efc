import { type FileHandle, open } from 'node:fs/promises'
import { run } from '../../test/support/command.js'

/** A named pipe that a speaker reads commands from; open at both ends, so that nobody waits for the other. */
export async function openPipe(path: string): Promise<FileHandle> {
  await run(['mkfifo', '-m', '666', path])
  return open(path, 'r+')
}
