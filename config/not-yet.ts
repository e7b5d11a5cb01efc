import { z } from 'zod'

/** A key that the interface promises and this version does not have: refused by name, whatever is inside. */
export function notYet() {
  return z
    .unknown()
    .optional()
    .transform((value, context): undefined => {
      if (value === undefined) return undefined
      context.addIssue({ code: 'custom', message: 'is not available yet; remove it', params: { at: 'key' } })
      return z.NEVER
    })
    .meta({ description: 'Not available yet.', not: {} })
}
