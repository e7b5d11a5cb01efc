import type { Certainty, Diagnosis, PeerCause } from '../control/api/doctor.js'

export interface Remedies {
  readonly here?: string
  readonly there?: string
}

type Make = <Cause extends string = PeerCause>(
  cause: Cause,
  text: string,
  remedies?: Remedies,
) => Diagnosis<Cause>

export const certain: Make = (cause, text, remedies) => make('certain', cause, text, remedies)
export const likely: Make = (cause, text, remedies) => make('likely', cause, text, remedies)
export const possible: Make = (cause, text, remedies) => make('possible', cause, text, remedies)

export function make<Cause extends string>(
  certainty: Certainty,
  cause: Cause,
  text: string,
  remedies: Remedies = {},
): Diagnosis<Cause> {
  return { cause, certainty, text, ...remedies }
}

const order: readonly Certainty[] = ['certain', 'likely', 'possible']

/** Most certain first; of one cause the most certain diagnosis alone. */
export function ranked<Cause extends string>(
  diagnoses: readonly Diagnosis<Cause>[],
): readonly Diagnosis<Cause>[] {
  const sorted = byCertainty(diagnoses)
  return sorted.filter(({ cause }, i) => sorted.findIndex((other) => other.cause === cause) === i)
}

/** Most certain first. */
export function byCertainty<Cause extends string>(
  diagnoses: readonly Diagnosis<Cause>[],
): readonly Diagnosis<Cause>[] {
  return diagnoses.toSorted((a, b) => order.indexOf(a.certainty) - order.indexOf(b.certainty))
}

/** One line, for `herald peers NAME`. */
export function inOneLine({ certainty, text, here, there }: Diagnosis<string>): string {
  const doubt = certainty === 'certain' ? '' : `${certainty}: `
  const remedies = [
    ...(here === undefined ? [] : [`here: ${here}`]),
    ...(there === undefined ? [] : [`there: ${there}`]),
  ]
  return [`${doubt}${text}`, ...remedies].join('; ')
}
