import { readdir, readFile, readlink } from 'node:fs/promises'

export interface ProcessName {
  readonly pid: number
  /** As `ps` shows it. */
  readonly name: string
}

/**
 * The processes that hold these sockets, as far as this one may look: without CAP_SYS_PTRACE only those of the same
 * user. Reads the descriptors of every process, in pieces that hold nothing up.
 */
export async function ownersOf(inodes: readonly number[]): Promise<readonly ProcessName[]> {
  const wanted = new Set(inodes.filter((inode) => inode !== 0).map((inode) => `socket:[${inode}]`))
  if (wanted.size === 0) return []
  const owners: ProcessName[] = []
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    if (await holdsAny(pid, wanted)) owners.push({ pid: Number(pid), name: await nameOf(pid) })
  }
  return owners
}

async function holdsAny(pid: string, wanted: ReadonlySet<string>): Promise<boolean> {
  const folder = `/proc/${pid}/fd`
  // Gone meanwhile, or not ours to look at.
  const descriptors = await readdir(folder).catch(() => [])
  for (const descriptor of descriptors) {
    const target = await readlink(`${folder}/${descriptor}`).catch(() => '')
    if (wanted.has(target)) return true
  }
  return false
}

async function nameOf(pid: string): Promise<string> {
  return (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => 'unknown')).trim()
}
