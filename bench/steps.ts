/** What is done to a speaker that has announced its table. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Receiver } from './receiver.js'
import type { Prepared } from './speakers/speaker.js'
import type { ProcessGroup } from './usage.js'

/** Seconds, octets or plain numbers, as the name says. */
export type Metric =
  | 'startSeconds'
  | 'establishedSeconds'
  | 'cpuSeconds'
  | 'peakMemory'
  | 'updates'
  | 'octets'
  | 'receiverCpuSeconds'
  | 'flapSeconds'
  | 'flapAllSeconds'
  | 'flapAllCpuSeconds'
  | 'withdrawFewSeconds'
  | 'withdrawAllSeconds'
  | 'churnSeconds'
  | 'churnCpuSeconds'
  | 'idleCpuPercent'
  | 'takenCpuSeconds'
  | 'takenPeakMemory'

export type Values = { [metric in Metric]?: number }

export interface Scene {
  readonly receiver: Receiver
  readonly prepared: Prepared
  readonly group: ProcessGroup
  readonly peers: number
  readonly size: number
  readonly few: number
  readonly limitSeconds: number
  readonly values: Values
}

/** What a step could not do, in a word; undefined when it did. */
type Outcome = 'too-slow' | 'no-way' | undefined

export type StepName = 'flap' | 'flapAll' | 'withdrawFew' | 'withdrawAll' | 'churn' | 'idle' | 'taken'

export const steps: Readonly<Record<StepName, (scene: Scene) => Promise<Outcome>>> = {
  flap: (scene) => flap(scene, 1, 'flapSeconds'),
  flapAll: async (scene) => {
    const before = scene.group.usage().cpuSeconds
    const outcome = await flap(scene, scene.peers, 'flapAllSeconds')
    if (outcome === undefined) scene.values.flapAllCpuSeconds = scene.group.usage().cpuSeconds - before
    return outcome
  },
  withdrawFew: async (scene) => {
    const { withdrawFew, announceFew } = scene.prepared
    if (withdrawFew === undefined || announceFew === undefined) return 'no-way'
    const times: number[] = []
    for (let i = 0; i < 5; i++) {
      const seconds = await change(scene, withdrawFew, scene.size - scene.few)
      if (seconds === undefined || (await change(scene, announceFew, scene.size)) === undefined)
        return 'too-slow'
      times.push(seconds)
    }
    scene.values.withdrawFewSeconds = times.sort((a, b) => a - b)[2] ?? 0
    return undefined
  },
  withdrawAll: async (scene) => {
    if (scene.prepared.withdrawAll === undefined) return 'no-way'
    const seconds = await change(scene, scene.prepared.withdrawAll, 0)
    if (seconds === undefined) return 'too-slow'
    scene.values.withdrawAllSeconds = seconds
    return undefined
  },
  churn: async (scene) => {
    const { withdrawFew, announceFew } = scene.prepared
    if (withdrawFew === undefined || announceFew === undefined) return 'no-way'
    const rounds = 20
    const before = scene.group.usage().cpuSeconds
    let total = 0
    for (let i = 0; i < rounds; i++) {
      const away = await change(scene, withdrawFew, scene.size - scene.few)
      const back = away === undefined ? undefined : await change(scene, announceFew, scene.size)
      if (away === undefined || back === undefined) return 'too-slow'
      total += away + back
    }
    scene.values.churnSeconds = total / rounds
    scene.values.churnCpuSeconds = (scene.group.usage().cpuSeconds - before) / rounds
    return undefined
  },
  idle: async ({ group, values, receiver, peers }) => {
    const seconds = 15
    await sleep(3000)
    const before = group.usage().cpuSeconds
    await sleep(seconds * 1000)
    values.idleCpuPercent = ((group.usage().cpuSeconds - before) / seconds) * 100
    return (await receiver.report()).established === peers ? undefined : 'too-slow'
  },
  taken: async ({ group, values, limitSeconds }) => {
    if (!(await quiet(group, limitSeconds))) return 'too-slow'
    const { cpuSeconds, peakMemory } = group.usage()
    values.takenCpuSeconds = cpuSeconds
    values.takenPeakMemory = peakMemory
    return undefined
  },
}

async function flap(scene: Scene, peers: number, metric: Metric): Promise<Outcome> {
  const { receiver, size, limitSeconds, values } = scene
  const began = await receiver.drop(0, peers)
  const reached = await receiver.until(size, limitSeconds)
  if (reached === undefined) return 'too-slow'
  values[metric] = (reached.at - began) / 1e9
  return undefined
}

/** Seconds from the command to the last peer that has seen it. */
async function change(
  { receiver, limitSeconds }: Scene,
  command: () => Promise<void>,
  present: number,
): Promise<number | undefined> {
  const reached = receiver.until(present, limitSeconds)
  const began = Number(process.hrtime.bigint())
  const failed = command().then(
    () => undefined,
    (error: unknown) => error,
  )
  const seen = await reached
  const error = seen === undefined ? undefined : await failed
  if (error !== undefined) throw error
  return seen === undefined ? undefined : (seen.at - began) / 1e9
}

/** Whether the speaker has come to rest: a second in which it used less than 20 ms. */
async function quiet(group: ProcessGroup, limitSeconds: number): Promise<boolean> {
  const deadline = performance.now() + limitSeconds * 1000
  while (performance.now() < deadline) {
    const before = group.usage().cpuSeconds
    await sleep(1000)
    if (group.usage().cpuSeconds - before < 0.02) return true
  }
  return false
}
