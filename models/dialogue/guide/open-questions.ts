/** The questions that are still open, with what each is expected to bring: single ones and lists of symptoms. */
import type { Belief } from '../../knowledge/belief.ts'
import { applies, type KnowledgeBase, type Person } from '../../knowledge/knowledge-base.ts'
import type { GuideState } from './choose.ts'
import { inQuestion, matters } from './guided-belief.ts'
import type { Heard } from './heard.ts'
import { listedThemes } from './listed-themes.ts'
import { backgroundQuestions, openingQuestions, themeQuestions } from './questions.ts'

interface WhoFits {
  readonly only?: {
    readonly sex?: Person['sex']
    readonly ageFrom?: number
    readonly ageTo?: number
  }
}

const fits = ({ only = {} }: WhoFits, { age, sex }: Person): boolean =>
  (only.sex === undefined || only.sex === sex) &&
  (only.ageFrom === undefined || age >= only.ageFrom) &&
  (only.ageTo === undefined || age <= only.ageTo)

export interface OpenQuestion {
  /** Ids of the themes that it asks about. */
  readonly themes: readonly string[]
  readonly text: string
  /** Points of a checklist that it is expected to meet, 0 or more. */
  readonly value: number
  /** Conditions that it is about, the likeliest first. */
  readonly about: readonly string[]
}

/** From this age on patients are asked in their own person, whoever speaks. */
const speaksForSelf = 10

/** What is worth asking together in one list. */
const mostListed = 3
const sameSystem = 1.15

/** Each further list brings out less that is new: measured on the training cases, 1.4, 0.7, 0.5, 0.3 points. */
const laterList = 0.85

/** How far belief outweighs what is usual. */
const singleWeight = 0.25
const listedWeight = 1.6

/** Whether what is complained of has a place: a pain, a rash, a lump. */
const hasPlace = (base: KnowledgeBase, { evidence }: Heard): boolean =>
  evidence.some(({ finding: id, present }) => {
    const finding = base.findings.get(id)
    return (
      present &&
      finding !== undefined &&
      (/pain|ache|rash|lump|swelling/.test(id) ||
        ('topic' in finding && /site|chest-pain|skin/.test(finding.topic)))
    )
  })

/** Every question that is still open with its worth, best first. */
export function openQuestions(
  base: KnowledgeBase,
  ranked: readonly Belief[],
  { person, asked, heard }: Pick<GuideState, 'person' | 'asked' | 'heard'>,
): readonly OpenQuestion[] {
  const conditions = inQuestion(base, ranked)
  const worthOf = (
    findings: readonly string[],
    most: number,
  ): { readonly worth: number; readonly about: ReadonlyMap<string, number> } => {
    const about = new Map<string, number>()
    const worths = findings
      .flatMap((id) => {
        const finding = base.findings.get(id)
        if (!finding || !applies(finding, person)) return []
        let worth = 0
        for (const { knowledge, share } of conditions) {
          const part = share * matters(knowledge, id)
          worth += part
          about.set(knowledge.id, (about.get(knowledge.id) ?? 0) + part)
        }
        return [worth]
      })
      .toSorted((a, b) => b - a)
      .slice(0, most)
    return { worth: worths.reduce((sum, each) => sum + each, 0), about }
  }
  const leading = (...parts: readonly ReadonlyMap<string, number>[]): readonly string[] => {
    const together = new Map<string, number>()
    for (const part of parts)
      for (const [condition, share] of part) together.set(condition, (together.get(condition) ?? 0) + share)
    return [...together]
      .filter(([, share]) => share > 0.02)
      .toSorted((a, b) => b[1] - a[1])
      .slice(0, 3)
      .map(([condition]) => condition)
  }
  const placed = hasPlace(base, heard)
  const single = [...openingQuestions, ...themeQuestions, ...backgroundQuestions]
    .filter((question) => !asked.has(question.id) && fits(question, person))
    .map((question): OpenQuestion => {
      const { worth, about } = worthOf(question.findings, 3)
      const usual = question.hasPlace && !placed ? question.usual * 0.25 : question.usual
      return {
        themes: [question.id],
        text: person.age < speaksForSelf ? (question.forChild ?? question.text) : question.text,
        value: usual + singleWeight * worth,
        about: leading(about),
      }
    })
  const lists: OpenQuestion[] = []
  let rest = listedThemes
    .filter((theme) => !asked.has(theme.id) && fits(theme, person))
    .map((theme) => {
      const { worth, about } = worthOf(theme.findings, 2)
      return { theme, about, value: theme.usual + (1 - theme.usual) * (1 - Math.exp(-listedWeight * worth)) }
    })
    .toSorted((a, b) => b.value - a.value)
  const listsAsked = Math.floor(listedThemes.filter(({ id }) => asked.has(id)).length / mostListed)
  while (rest.length >= mostListed && lists.length < 8) {
    const [first] = rest
    if (!first) break
    const near = (theme: (typeof rest)[number]): number =>
      theme.value * (theme.theme.system === first.theme.system ? sameSystem : 1)
    const others = rest
      .slice(1)
      .toSorted((a, b) => near(b) - near(a))
      .slice(0, mostListed - 1)
    const together = [first, ...others]
    const phrases = together.map(({ theme }) => theme.phrase)
    const start = person.age < speaksForSelf ? 'Has your child had any' : 'Have you had any'
    lists.push({
      themes: together.map(({ theme }) => theme.id),
      text: `${start} ${phrases.slice(0, -1).join(', ')} or ${phrases.at(-1) ?? ''}?`,
      value: together.reduce((sum, { value }) => sum + value, 0) * laterList ** (listsAsked + lists.length),
      about: leading(...together.map(({ about }) => about)),
    })
    rest = rest.filter((each) => !together.includes(each))
  }
  return [...single, ...lists].toSorted((a, b) => b.value - a.value)
}
