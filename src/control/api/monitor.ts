/** One line of `herald monitor`, one JSON object a line on the wire. */
export interface MonitorEvent {
  readonly at: string
  readonly kind:
    | 'peer-state'
    | 'notification'
    | 'announced'
    | 'withdrawn'
    | 'health'
    | 'l2-ownership'
    | 'l2-conflict'
    | 'l2-interface'
    | 'reload'
    | 'drain'
    | 'warning'
  readonly peer?: string
  readonly text: string
  readonly details?: Readonly<Record<string, unknown>>
}
