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
  await sweepNamespaces()
  for (const name of await orphans(tmpdir())) await rm(join(tmpdir(), name), { recursive: true, force: true })
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

async function sweepNamespaces(): Promise<void> {
  for (const name of await orphans('/run/netns')) {
    const { stdout } = await attempt(['ip', 'netns', 'pids', name])
    for (const pid of stdout.split('\n').filter((line) => line !== '')) {
      await attempt(['kill', '-KILL', pid])
    }
    await attempt(['ip', 'netns', 'del', name])
  }
}

async function orphans(folder: string): Promise<string[]> {
  return existsSync(folder) ? (await readdir(folder)).filter(isOrphan) : []
}

function isOrphan(name: string): boolean {
  const owner = new RegExp(`^${stem}(\\d+)-`).exec(name)?.[1]
  return owner !== undefined && !existsSync(`/proc/${owner}`)
}
