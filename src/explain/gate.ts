import type { Gate, GateName } from '../control/api/explain.js'

export function passed(gate: GateName, text: string): Gate {
  return { gate, passed: true, text }
}

export function failed(gate: GateName, text: string, remedy: string): Gate {
  return { gate, passed: false, text, remedy }
}
