import type { RouterSide } from './router-side.js'
import type { Vendor } from './vendor.js'

/** The whole text: a comment that says what it is and what is left to do, then the configuration. */
export function printRouterConfig(side: RouterSide, { title, comment, usage, write }: Vendor): string {
  const { remarks, lines } = write(side)
  const blanks = [...new Set(lines.flatMap((line) => line.match(/<[^<>]+>/g) ?? []))]
  const heading = [
    `${side.peer}'s half of its BGP session with ${side.node} (AS ${side.nodeAs}), for ${title}, by herald router-config.`,
    usage,
    ...(blanks.length === 0 ? [] : [`Fill in: ${blanks.join(', ')}.`]),
    ...assumption(side),
    ...discovery(side),
    acceptance(side),
    ...remarks,
  ]
  return `${[...heading.map((line) => `${comment} ${line}`), comment, ...lines].join('\n')}\n`
}

function acceptance({ families, neighbor }: RouterSide): string {
  const total = families.reduce((sum, { announced }) => sum + announced, 0)
  const accepted = `It accepts ${total === 1 ? 'the 1 prefix' : `the ${total} prefixes`} that the file announces here`
  return neighbor.kind === 'range'
    ? `${accepted}: add those of the other nodes. It sends none, since herald installs none.`
    : `${accepted} and no others, and sends none, since herald installs none.`
}

function discovery({ unnumbered, node }: RouterSide): readonly string[] {
  return unnumbered
    ? [`${node} finds this router by its router advertisements: send them on the interface.`]
    : []
}

function assumption({ assumed, neighbor, node }: RouterSide): readonly string[] {
  if (!assumed || neighbor.kind === 'range') return []
  return [
    `${neighbor.address} is what this host would send from: give --node-address where it is not ${node}.`,
  ]
}
