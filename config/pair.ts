/** Members of two lists that are the same one, and those that have no counterpart. */
export interface Pairing<Member> {
  readonly added: readonly Member[]
  readonly removed: readonly Member[]
  readonly both: readonly (readonly [before: Member, after: Member])[]
}

/** Pairs by the first identity; what is left over by the next. Identities are unique within a list. */
export function pair<Member>(
  before: readonly Member[],
  after: readonly Member[],
  identities: readonly ((member: Member) => string)[],
): Pairing<Member> {
  const partners = new Map<Member, Member>()
  const taken = new Set<Member>()
  for (const identity of identities) {
    const free = new Map(
      after.filter((member) => !taken.has(member)).map((member) => [identity(member), member]),
    )
    for (const member of before) {
      const partner = partners.has(member) ? undefined : free.get(identity(member))
      if (partner === undefined) continue
      partners.set(member, partner)
      taken.add(partner)
    }
  }
  return {
    added: after.filter((member) => !taken.has(member)),
    removed: before.filter((member) => !partners.has(member)),
    both: [...partners],
  }
}
