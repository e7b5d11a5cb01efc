import type { Context } from './context.js'
import type { Path } from './problem.js'

/** Reports a list without items; one that had only wrong ones is reported for those already. */
export function reportEmpty(
  items: readonly unknown[],
  path: Path,
  { report, lost }: Context,
  message: string,
): void {
  if (items.length === 0 && !lost([...path, 0])) report(path, message)
}

/** Reports each item that stands in the list before. @param shown how a message calls the item. */
export function reportRepeats<Item>(
  items: readonly Item[],
  path: Path,
  { report, placeOf }: Context,
  shown: (item: Item) => string = String,
): void {
  const first = new Map<string, number>()
  items.forEach((item, i) => {
    const text = shown(item)
    const before = first.get(text)
    if (before === undefined) first.set(text, i)
    else report([...path, i], `${text} is given twice, first in ${placeOf([...path, before])}; remove one`)
  })
}
