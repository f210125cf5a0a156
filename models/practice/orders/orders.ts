/** What an order brings: the case's finding, a normal one where the case is silent, or a plain "not here". */
import { seededRandom } from '../../core/random.ts'
import type { PracticeCase } from '../case.ts'
import { ageInYears } from '../age.ts'
import { examinationAreas, type FitsWhom, type NormalFinding } from './examinations.ts'
import { meaningOf, nameWords, orderWords, type Meaning } from './order-names.ts'
import { testKinds } from './tests.ts'
import { normalVitalSigns } from './vital-signs.ts'

export interface OrderResult {
  /** The case's own name for it where it has one, otherwise the common name or what was ordered. */
  readonly name: string
  readonly kind: 'examination' | 'test' | 'unknown'
  readonly finding: string
  /** Whether there is a result at all; false for an order that nobody knows. */
  readonly known: boolean
  /** Whether the case itself gives it. */
  readonly fromCase: boolean
}

interface Entry {
  readonly kind: 'examination' | 'test'
  readonly name: string
  readonly finding: string
  readonly spellings: ReadonlySet<string>
  readonly words: readonly ReadonlySet<string>[]
  readonly meanings: readonly Meaning[]
}

/** Conditions that only a pregnant woman has. */
const ofPregnancy: ReadonlySet<string> = new Set([
  'ectopic-pregnancy',
  'pre-eclampsia',
  'placental-abruption',
  'placenta-praevia',
  'miscarriage',
  'hyperemesis-gravidarum',
])

/** Answers orders against one case. */
export class Orders {
  readonly #practice: PracticeCase
  readonly #entries: readonly Entry[]
  readonly #age: number
  readonly #pregnant: boolean

  constructor(practice: PracticeCase) {
    this.#practice = practice
    this.#pregnant = practice.checklist.diagnosis.some(
      ({ condition, required }) => required && ofPregnancy.has(condition),
    )
    this.#age = ageInYears(practice)
    this.#entries = [
      ...practice.tests.map(({ name, aliases, result }) => entry('test', name, aliases, result)),
      ...practice.examination.map(({ name, finding }) => entry('examination', name, [], finding)),
    ]
  }

  /** @param order one examination or test by any name, or a panel ("bloods") */
  result(order: string): readonly OrderResult[] {
    const own = this.#own(order)
    if (own.length > 0)
      return own.map(({ kind, name, finding }) => ({ kind, name, finding, known: true, fromCase: true }))
    const meaning = meaningOf(order)
    const usual = [
      ...[...meaning.tests].flatMap((id) => this.#ownOf(id) ?? this.#usualTest(id)),
      ...[...meaning.areas].flatMap((id) => this.#usualArea(id)),
    ]
    if (usual.length > 0)
      return usual.filter(({ name }, at) => usual.findIndex((one) => one.name === name) === at)
    return [
      {
        name: order.trim(),
        kind: 'unknown',
        finding: 'There is no result for this here: it is not part of the case.',
        known: false,
        fromCase: false,
      },
    ]
  }

  /** The case's entries that an order names: by spelling, else by meaning, else by most of its words. */
  #own(order: string): readonly Entry[] {
    const spelling = orderWords(order)
    if (spelling === '') return []
    const same = this.#entries.filter(({ spellings }) => spellings.has(spelling))
    if (same.length > 0) return same
    const meaning = meaningOf(order)
    if (meaning.tests.size > 1) return []
    if (meaning.tests.size + meaning.areas.size > 0) {
      const kind = meaning.tests.size > 0 ? 'test' : 'examination'
      const alike = this.#entries.filter(
        (one) => one.kind === kind && one.meanings.some((other) => common(meaning, other)),
      )
      // "Left eye" is not "right eye", and "heart" is rather "heart" than "chest".
      const nearest = alike.filter(({ words }) => words.some((other) => covers(other, nameWords(order))))
      if (alike.length > 0) return nearest.length > 0 ? nearest : alike
    }
    const words = nameWords(order)
    // Who examines the skin has not scraped it for the laboratory.
    const byHand = meaning.areas.size > 0 && meaning.tests.size === 0
    return this.#entries.filter(
      (one) =>
        (!byHand || one.kind === 'examination') && one.words.some((other) => overlap(words, other) >= 0.6),
    )
  }

  #ownOf(test: string): readonly OrderResult[] | null {
    const found = this.#entries.filter(
      (one) => one.kind === 'test' && one.meanings.some(({ tests }) => tests.has(test)),
    )
    return found.length === 0
      ? null
      : found.map(({ kind, name, finding }) => ({ kind, name, finding, known: true, fromCase: true }))
  }

  #usualTest(id: string): readonly OrderResult[] {
    const test = testKinds.find((each) => each.id === id)!
    return this.#usual('test', test.names[0]!, test.normal)
  }

  #usualArea(id: string): readonly OrderResult[] {
    if (id === 'vital-signs') {
      const finding = normalVitalSigns(this.#age, seededRandom(seedOf(this.#practice.id)))
      return [{ name: 'vital signs', kind: 'examination', finding, known: true, fromCase: false }]
    }
    const area = examinationAreas.find((each) => each.id === id)!
    return this.#usual('examination', area.names[0]!, area.normal)
  }

  #usual(
    kind: 'examination' | 'test',
    name: string,
    normal: readonly NormalFinding[],
  ): readonly OrderResult[] {
    const found = normal.find(({ fits }) => this.#fits(fits)) ?? { finding: 'Normal.' }
    return [{ name, kind, finding: found.finding, known: true, fromCase: false }]
  }

  #fits({ sex, ageFrom = 0, ageTo = Infinity, pregnant = false }: FitsWhom = {}): boolean {
    return (
      (!pregnant || this.#pregnant) &&
      (sex ?? this.#practice.patient.sex) === this.#practice.patient.sex &&
      this.#age >= ageFrom &&
      this.#age < ageTo
    )
  }
}

/** The results as they are read out: one line each. */
export const resultLines = (results: readonly OrderResult[]): string =>
  results.map(({ name, finding }) => `${name.charAt(0).toUpperCase()}${name.slice(1)}: ${finding}`).join('\n')

function entry(
  kind: 'examination' | 'test',
  name: string,
  aliases: readonly string[],
  finding: string,
): Entry {
  const names = [name, ...aliases]
  return {
    kind,
    name,
    finding,
    spellings: new Set(names.map(orderWords)),
    words: names.map(nameWords),
    meanings: names.map(meaningOf),
  }
}

function common(a: Meaning, b: Meaning): boolean {
  const [from, to] = a.tests.size > 0 ? [a.tests, b.tests] : [a.areas, b.areas]
  return [...from].some((id) => to.has(id))
}

const covers = (whole: ReadonlySet<string>, part: ReadonlySet<string>): boolean =>
  part.size > 0 && [...part].every((word) => whole.has(word))

/** What a test is made on says nothing of which test it is. */
const specimens = new Set(['blood', 'urine', 'serum', 'plasma', 'stool'])

/** Shared words as a share of all words, 0..1. */
function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const common = [...a].filter((word) => b.has(word))
  const shared = common.every((word) => specimens.has(word)) ? 0 : common.length
  return shared === 0
    ? 0
    : shared / Math.max(1, Math.min(a.size, b.size)) / (1 + 0.25 * Math.abs(a.size - b.size))
}

/** FNV-1a, 32 bits: the same case has the same normal values in every run. */
function seedOf(text: string): number {
  let hash = 0x811c9dc5
  for (const character of text) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193) >>> 0
  return hash
}
