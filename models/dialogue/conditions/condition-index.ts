/**
 * Finds the condition that a few words name: all of its words in any order, apart from qualifiers
 * that do not change which condition it is. Words that are left over mean that it is another one.
 */
import type { ConditionName } from '../../knowledge/schema.ts'
import { slips, wordsOf } from './spelling.ts'
import { englishAcronyms, freeQualifiers, joiningWords } from './wording.ts'
import type { ConditionWordings } from './wordings.ts'

/** What a few words name. */
export type Named =
  | { readonly kind: 'one'; readonly id: string }
  /** A name that belongs to several conditions, or words as near to one as to another. */
  | { readonly kind: 'several' }
  | { readonly kind: 'none' }

interface NameForm {
  readonly id: string
  /** Its words in their one spelling, without joining words. */
  readonly words: readonly string[]
  /** As written, for acronyms. */
  readonly written: string
}

const none: Named = { kind: 'none' }
const keyOf = (words: readonly string[]): string => words.toSorted().join(' ')
const joining = new Set(joiningWords)
const free = new Set(freeQualifiers.flatMap(wordsOf))

export class ConditionIndex {
  readonly #wordings: ConditionWordings
  readonly #forms: readonly NameForm[]
  readonly #byWords = new Map<string, Set<string>>()
  readonly #byLetters = new Map<string, Set<string>>()
  readonly #byCode = new Map<string, Set<string>>()
  /** Words that are spelled right: they are never taken for slips of other words. */
  readonly #known: ReadonlySet<string>
  readonly #extraQualifiers: ReadonlyMap<string, ReadonlySet<string>>

  constructor(names: readonly ConditionName[], wordings: ConditionWordings) {
    this.#wordings = wordings
    this.#forms = names.flatMap(({ id, name, synonyms }) =>
      [name, id.replaceAll('-', ' '), ...synonyms, ...(wordings.synonyms[id] ?? [])].map((written) => ({
        id,
        written,
        words: contentOf(written, wordings),
      })),
    )
    const add = (map: Map<string, Set<string>>, key: string, id: string): void => {
      map.set(key, (map.get(key) ?? new Set()).add(id))
    }
    for (const { id, words } of this.#forms) {
      add(this.#byWords, keyOf(words), id)
      add(this.#byLetters, words.join(''), id)
    }
    for (const { id, icd10cm } of names) add(this.#byCode, icd10cm.toLowerCase(), id)
    this.#extraQualifiers = new Map(
      Object.entries(wordings.qualifiers).map(([id, words]) => [id, new Set(words.flatMap(wordsOf))]),
    )
    this.#known = new Set([
      ...this.#forms.flatMap(({ words }) => words),
      ...free,
      ...joining,
      ...wordings.otherWords.flatMap(wordsOf),
      ...[...this.#extraQualifiers.values()].flatMap((words) => [...words]),
    ])
  }

  /** The condition that all of these words name together. */
  named(text: string): Named {
    const words = contentOf(text, this.#wordings)
    if (words.length === 0 || words.length > 14) return none
    return this.#exact(words) ?? this.#near(words) ?? none
  }

  /** The condition of an ICD-10-CM code that stands alone. */
  coded(text: string): Named {
    const ids = this.#byCode.get(text.trim().toLowerCase())
    return ids ? one(ids) : none
  }

  /** Ids of every condition whose name occurs somewhere in the text, spelled right. */
  mentioned(text: string): ReadonlySet<string> {
    const words = contentOf(text, this.#wordings)
    const written = new Set(text.match(/[A-Za-z][\w-]*/g))
    const found = new Set<string>()
    const line = ` ${words.join(' ')} `
    for (const form of this.#forms) {
      if (!line.includes(` ${form.words.join(' ')} `)) continue
      if (englishAcronyms.has(form.written) && !written.has(form.written)) continue
      found.add(form.id)
    }
    return found
  }

  #exact(words: readonly string[]): Named | null {
    const whole = this.#byWords.get(keyOf(words)) ?? this.#byLetters.get(words.join(''))
    if (whole) return one(whole)
    for (const { kept, dropped } of reductions(words, (word) => this.#isQualifier(word))) {
      const ids = this.#byWords.get(keyOf(kept)) ?? this.#byLetters.get(kept.join(''))
      const fitting = ids ? [...ids].filter((id) => dropped.every((word) => this.#fits(id, word))) : []
      if (fitting.length > 0) return one(new Set(fitting))
    }
    return null
  }

  /** Names whose words differ by few slips; words that are spelled right are left alone. */
  #near(words: readonly string[]): Named | null {
    const wrong = words.filter((word) => !this.#known.has(word))
    if (wrong.length === 0 || wrong.length > 3) return null
    let fewest = Number.POSITIVE_INFINITY
    let nearest = new Set<string>()
    for (const { kept, dropped } of [
      { kept: words, dropped: [] },
      ...reductions(words, (word) => this.#isQualifier(word)),
    ]) {
      for (const form of this.#forms) {
        if (form.words.length !== kept.length || !dropped.every((word) => this.#fits(form.id, word))) continue
        const distance = this.#slipsBetween(kept, form.words)
        if (distance === null || distance > fewest) continue
        if (distance < fewest) nearest = new Set()
        fewest = distance
        nearest.add(form.id)
      }
    }
    return nearest.size > 0 ? one(nearest) : null
  }

  #slipsBetween(words: readonly string[], name: readonly string[]): number | null {
    const open = [...name]
    let total = 0
    const wrong: string[] = []
    for (const word of words) {
      const at = open.indexOf(word)
      if (at >= 0) open.splice(at, 1)
      else if (this.#known.has(word)) return null
      else wrong.push(word)
    }
    for (const word of wrong) {
      let best: { at: number; distance: number } | null = null
      for (const [at, candidate] of open.entries()) {
        const distance = slips(word, candidate)
        if (distance !== null && (best === null || distance < best.distance)) best = { at, distance }
      }
      if (best === null) return null
      total += best.distance
      open.splice(best.at, 1)
    }
    return total
  }

  #isQualifier(word: string): boolean {
    return (
      free.has(word) ||
      word === 'acute' ||
      word === 'chronic' ||
      [...this.#extraQualifiers.values()].some((words) => words.has(word))
    )
  }

  #fits(id: string, qualifier: string): boolean {
    if (this.#extraQualifiers.get(id)?.has(qualifier)) return true
    if (qualifier === 'acute') return !this.#wordings.neverAcute.includes(id)
    if (qualifier === 'chronic') return this.#wordings.mayBeChronic.includes(id)
    return free.has(qualifier)
  }
}

function contentOf(text: string, { sameWord }: ConditionWordings): readonly string[] {
  return wordsOf(text)
    .filter((word) => !joining.has(word))
    .map((word) => sameWord[word] ?? word)
}

const one = (ids: ReadonlySet<string>): Named => {
  const [id, ...others] = ids
  return id === undefined ? none : others.length > 0 ? { kind: 'several' } : { kind: 'one', id }
}

/** The words without one or more of their qualifiers, fewest dropped first; at least one word is kept. */
function reductions(
  words: readonly string[],
  isQualifier: (word: string) => boolean,
): readonly { readonly kept: readonly string[]; readonly dropped: readonly string[] }[] {
  const at = words.flatMap((word, index) => (isQualifier(word) ? [index] : [])).slice(0, 6)
  return Array.from({ length: 2 ** at.length - 1 }, (_, index) => {
    const dropped = new Set(at.filter((_, bit) => (index + 1) & (1 << bit)))
    return {
      kept: words.filter((_, position) => !dropped.has(position)),
      dropped: words.filter((_, position) => dropped.has(position)),
    }
  })
    .filter(({ kept }) => kept.length > 0)
    .sort((a, b) => a.dropped.length - b.dropped.length)
}
