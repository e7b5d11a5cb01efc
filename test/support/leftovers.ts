/**
 * Whatever a test makes on the host carries the process that made it in its name, so that what a killed run left
 * behind is known by its dead owner, and is removed before the next laboratory is built.
 */
import { existsSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { attempt } from './command.js'

const stem = 'herald-test'
/** Namespaces, containers and folders of this process begin with it. */
export const ownPrefix = `${stem}${process.pid}-`

let swept: Promise<void> | undefined

/** Removes what dead test processes left; once per process. */
export function sweep(): Promise<void> {
  swept ??= sweepNow()
  return swept
}

export async function sweepNow(): Promise<void> {
  await sweepContainers()
  await removeNamespaces(await namesIn('/run/netns', isOrphan))
  for (const name of await namesIn(tmpdir(), isOrphan))
    await rm(join(tmpdir(), name), { recursive: true, force: true })
}

/** Removes namespaces and folders of this process: for one that ends before its tests do. */
export async function sweepOwn(): Promise<void> {
  const isOwn = (name: string) => name.startsWith(ownPrefix)
  await removeNamespaces(await namesIn('/run/netns', isOwn))
  for (const name of await namesIn(tmpdir(), isOwn))
    await rm(join(tmpdir(), name), { recursive: true, force: true })
}

async function sweepContainers(): Promise<void> {
  for (const engine of ['podman', 'docker']) {
    const list = [engine, 'ps', '--all', '--filter', `name=${stem}`, '--format', '{{.Names}}']
    // An engine that is not installed or not running has no containers of ours.
    const names = await attempt(list).then(
      ({ status, stdout }) => (status === 0 ? stdout.split('\n') : []),
      () => [],
    )
    for (const name of names.filter(isOrphan)) await attempt([engine, 'rm', '--force', name])
  }
}

async function removeNamespaces(names: readonly string[]): Promise<void> {
  for (const name of names) {
    const { stdout } = await attempt(['ip', 'netns', 'pids', name])
    for (const pid of stdout.split('\n').filter((line) => line !== '')) {
      await attempt(['kill', '-KILL', pid])
    }
    await attempt(['ip', 'netns', 'del', name])
  }
}

async function namesIn(folder: string, which: (name: string) => boolean): Promise<readonly string[]> {
  return existsSync(folder) ? (await readdir(folder)).filter(which) : []
}

function isOrphan(name: string): boolean {
  const owner = new RegExp(`^${stem}(\\d+)-`).exec(name)?.[1]
  return owner !== undefined && !existsSync(`/proc/${owner}`)
}
