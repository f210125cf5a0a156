/** The most dangerous diagnosis that a record does not exclude, by the danger marks of the knowledge base. */
import type { KnowledgeBase } from '../../knowledge/knowledge-base.ts'
import type { LogBelief } from './pool.ts'

/** Below this a condition counts as excluded. */
const excludedBelow = 0.005

/** Conditions that others are warned of, and by how many. */
export function dangerMarks(base: KnowledgeBase): ReadonlyMap<string, number> {
  const marks = new Map<string, number>()
  for (const { id, mimics } of base.conditions.values())
    for (const condition of new Set(mimics.map((mimic) => mimic.condition)))
      if (condition !== id) marks.set(condition, (marks.get(condition) ?? 0) + 1)
  return marks
}

export interface Danger {
  readonly condition: string
  /** 0..1 */
  readonly probability: number
  /** The answers that warn of it; empty where it stands for itself. */
  readonly hiddenBehind: readonly string[]
  /** Findings that would settle it and are not known yet. */
  readonly toldApartBy: readonly string[]
}

/**
 * Of the dangerous conditions that are not excluded: those that a leading answer can be mistaken for come
 * first, then the likelier one.
 *
 * @param leading answers that stand, which are not their own alternatives
 * @param known findings that the record settles
 */
export function mostDangerous(
  base: KnowledgeBase,
  belief: LogBelief,
  leading: readonly string[],
  known: ReadonlySet<string>,
): Danger | null {
  const marks = dangerMarks(base)
  const dangers = [...belief].flatMap(([condition, log]): readonly (Danger & { worth: number })[] => {
    const probability = Math.exp(log)
    const mark = marks.get(condition)
    if (mark === undefined || leading.includes(condition) || probability < excludedBelow) return []
    const warnings = leading.flatMap((answer) =>
      (base.conditions.get(answer)?.mimics ?? [])
        .filter((mimic) => mimic.condition === condition)
        .map(({ toldApartBy }) => ({ answer, toldApartBy })),
    )
    return [
      {
        condition,
        probability,
        hiddenBehind: warnings.map(({ answer }) => answer),
        toldApartBy: [
          ...new Set([
            ...warnings.flatMap(({ toldApartBy }) => toldApartBy),
            ...(base.conditions.get(condition)?.discriminating ?? []),
          ]),
        ].filter((finding) => !known.has(finding)),
        worth: probability * (1 + Math.log1p(mark)) * (warnings.length > 0 ? 5 : 1),
      },
    ]
  })
  const [worst] = dangers.toSorted((a, b) => b.worth - a.worth || (a.condition < b.condition ? -1 : 1))
  if (!worst) return null
  const { condition, probability, hiddenBehind, toldApartBy } = worst
  return { condition, probability, hiddenBehind, toldApartBy }
}
