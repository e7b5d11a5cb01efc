import type { Check } from './check.js'

/** Why a check keeps its announcement from the routers, in words; undefined while it lets it pass. */
export function heldBackBy({ announces, state, definition, last }: Check): string | undefined {
  if (announces) return undefined
  const text = last === undefined ? '' : `: ${last.result.text}`
  switch (state.is) {
    case 'healthy':
      return undefined
    case 'unhealthy':
      return `its health check fails${text}`
    case 'disabled':
      return `it is disabled${text}`
    case 'unknown': {
      const { rise } = definition
      const so = state.successes > 0 ? ` (${state.successes} of ${rise})` : text
      return `its health check has not passed yet${so}`
    }
  }
}
