import { readdir, readFile, readlink } from 'node:fs/promises'

export interface ProcessName {
  readonly pid: number
  /** As `ps` shows it. */
  readonly name: string
}

/**
 * The process that holds each of these sockets, as far as this one may look: without CAP_SYS_PTRACE only those of the
 * same user, and always itself. Reads the descriptors of every process, in pieces that hold nothing up.
 */
export async function ownersOf(inodes: readonly number[]): Promise<ReadonlyMap<number, ProcessName>> {
  const wanted = new Map(inodes.filter((inode) => inode !== 0).map((inode) => [`socket:[${inode}]`, inode]))
  const owners = new Map<number, ProcessName>()
  if (wanted.size === 0) return owners
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    for (const inode of await heldBy(pid, wanted)) {
      owners.set(inode, { pid: Number(pid), name: await nameOf(pid) })
    }
  }
  return owners
}

async function heldBy(pid: string, wanted: ReadonlyMap<string, number>): Promise<readonly number[]> {
  const folder = `/proc/${pid}/fd`
  const held: number[] = []
  // Gone meanwhile, or not ours to look at.
  for (const descriptor of await readdir(folder).catch(() => [])) {
    const inode = wanted.get(await readlink(`${folder}/${descriptor}`).catch(() => ''))
    if (inode !== undefined) held.push(inode)
  }
  return held
}

async function nameOf(pid: string): Promise<string> {
  return (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => 'unknown')).trim()
}
