import { formatEndpoint } from '../../net/endpoint.js'
import type { ListenFailure } from './transport.js'

/** 'cannot listen on 0.0.0.0:179 and [::]:179: needs …': each reason once, with its remedy. */
export function describeListenFailures(failures: readonly ListenFailure[]): string {
  const reasons = [...new Set(failures.map(({ because }) => because))]
  return reasons
    .map((reason) => {
      const alike = failures.filter(({ because }) => because === reason)
      const where = alike.map(({ endpoint }) => formatEndpoint(endpoint)).join(' and ')
      return `cannot listen on ${where}: ${reason}`
    })
    .join('; ')
}
