/** The questions that are still open, with what each is expected to bring: single ones and lists of symptoms. */
import type { Belief } from '../../knowledge/belief.ts'
import { applies, type KnowledgeBase, type Person } from '../../knowledge/knowledge-base.ts'
import type { GuideState } from './choose.ts'
import { inQuestion, matters } from './guided-belief.ts'
import type { Heard } from './heard.ts'
import { listedThemes, ofChild, type ListedTheme } from './listed-themes.ts'
import { joinedQuestions, singleQuestions, type GuideQuestion } from './questions.ts'

interface WhoFits {
  readonly only?: {
    readonly sex?: Person['sex']
    readonly ageFrom?: number
    readonly ageTo?: number
  }
}

export const fits = ({ only = {} }: WhoFits, { age, sex }: Person): boolean =>
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

/** Conditions that a question says it is about. */
const mostAbout = 3

/** What is worth asking together in one list. */
const mostListed = 4
const mostLists = 8

/** The patient speaks first, or answers the doctor's first words. */
const latestOpening = 1

/** Of what a theme is worth, the share that is left once the patient has named it. */
const toldAlready = 0.8

/** Each further list brings out less that is new: measured on the training cases, 1.4, 0.7, 0.5, 0.3 points. */
const laterList = 0.75

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

type Wordings = Pick<GuideQuestion, 'text' | 'forChild' | 'placeless'>

/** Of what a complaint without a place leaves to ask, the share that a question about its kind still brings out. */
const placelessShare = 0.4

/** Questions with those of one kind joined, where all of them are open. */
function joinedWhereOpen(
  single: readonly OpenQuestion[],
  wording: (wordings: Wordings) => string,
): readonly OpenQuestion[] {
  const joined = joinedQuestions.flatMap((question) => {
    const parts = single.filter(({ themes }) => themes.some((theme) => question.themes.includes(theme)))
    return parts.length < question.themes.length
      ? []
      : [
          {
            themes: question.themes,
            text: wording(question),
            value: parts.reduce((sum, { value }) => sum + value, 0),
            about: [...new Set(parts.flatMap(({ about }) => about))].slice(0, mostAbout),
          },
        ]
  })
  const taken = new Set(joined.flatMap(({ themes }) => themes))
  return [...joined, ...single.filter(({ themes }) => !themes.some((theme) => taken.has(theme)))]
}

/** Whether a question would be asked of anyone: then it does not claim to tell conditions apart. */
const isUsual = (value: number, believed: number): boolean => 2 * believed < value

interface ValuedTheme {
  readonly theme: ListedTheme
  readonly value: number
  /** The part of the value that comes from what is believed; the rest is asked of everyone. */
  readonly believed: number
  readonly about: ReadonlyMap<string, number>
}

const sumOf = (themes: readonly ValuedTheme[], part: 'value' | 'believed'): number =>
  themes.reduce((sum, theme) => sum + theme[part], 0)

/** The themes of one region that are worth most together, the best first; empty where none is open. */
function bestTogether(open: readonly ValuedTheme[]): readonly ValuedTheme[] {
  const regions = [...new Set(open.flatMap(({ theme }) => theme.regions))]
  return regions
    .map((region) => open.filter(({ theme }) => theme.regions.includes(region)).slice(0, mostListed))
    .reduce<readonly ValuedTheme[]>(
      (best, each) => (sumOf(each, 'value') > sumOf(best, 'value') ? each : best),
      [],
    )
}

/** Whether the patient has already told of a theme, or said that there is nothing of the kind. */
function isSettled({ findings }: ListedTheme, { evidence }: Heard): boolean {
  const known = new Map(evidence.map(({ finding, present }) => [finding, present]))
  return (
    findings.some((finding) => known.get(finding)) ||
    // The first finding is the theme as such, the others are its kinds.
    known.get(findings[0] ?? '') === false
  )
}

/** Whether the patient's first words tell of a theme. */
const opensWith = ({ findings }: ListedTheme, { evidence }: Heard): boolean =>
  evidence.some(
    ({ finding, present, turn }) => present && turn <= latestOpening && findings.includes(finding),
  )

function tellMore(phrases: readonly string[]): string {
  const all = phrases.map((phrase) => `the ${ofChild(phrase).replace(/ anywhere$/, '')}`)
  return `Tell me more about ${all.length > 1 ? `${all.slice(0, -1).join(', ')} and ${all.at(-1) ?? ''}` : (all[0] ?? '')}.`
}

/** The list as one question. */
export function askForAny({ age }: Person, phrases: readonly string[]): string {
  const last = phrases.at(-1) ?? ''
  const list = phrases.length > 1 ? `${phrases.slice(0, -1).join(', ')} or ${last}` : last
  return age < speaksForSelf ? `Has your child had any ${ofChild(list)}?` : `Have you had any ${list}?`
}

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
      .slice(0, mostAbout)
      .map(([condition]) => condition)
  }
  const placed = hasPlace(base, heard)
  const wording = ({ text, forChild, placeless }: Wordings): string => {
    if (person.age < speaksForSelf && forChild !== undefined) return forChild
    return placed ? text : (placeless ?? text)
  }
  const single = singleQuestions
    .filter((question) => !asked.has(question.id) && fits(question, person))
    .map((question): OpenQuestion => {
      const { worth, about } = worthOf(question.findings, 3)
      const usual =
        !placed && question.placeless !== undefined ? question.usual * placelessShare : question.usual
      const believed = singleWeight * worth
      return {
        themes: [question.id],
        text: wording(question),
        value: usual + believed,
        about: isUsual(usual + believed, believed) ? [] : leading(about),
      }
    })
  const open = joinedWhereOpen(single, wording)
  const themes: readonly ValuedTheme[] = listedThemes
    .filter((theme) => !asked.has(theme.id) && fits(theme, person))
    .map((theme) => {
      const { worth, about } = worthOf(theme.findings, 2)
      const believed = (1 - theme.usual) * (1 - Math.exp(-listedWeight * worth))
      return { theme, about, believed, value: theme.usual + believed }
    })
    .toSorted((a, b) => b.value - a.value)
  const opening = themes.filter(({ theme }) => opensWith(theme, heard)).slice(0, mostListed)
  const more: readonly OpenQuestion[] =
    opening.length === 0
      ? []
      : [
          {
            themes: opening.map(({ theme }) => theme.id),
            text: tellMore(opening.map(({ theme }) => theme.phrase)),
            value: sumOf(opening, 'value') * toldAlready,
            about: leading(...opening.map(({ about }) => about)),
          },
        ]
  let rest = themes.filter(({ theme }) => !isSettled(theme, heard))
  const lists: OpenQuestion[] = []
  const listsAsked = Math.floor(listedThemes.filter(({ id }) => asked.has(id)).length / mostListed)
  while (lists.length < mostLists) {
    const together = bestTogether(rest)
    if (together.length === 0) break
    lists.push({
      themes: together.map(({ theme }) => theme.id),
      text: askForAny(
        person,
        together.map(({ theme }) => theme.phrase),
      ),
      value: sumOf(together, 'value') * laterList ** (listsAsked + lists.length),
      about: isUsual(sumOf(together, 'value'), sumOf(together, 'believed'))
        ? []
        : leading(...together.map(({ about }) => about)),
    })
    rest = rest.filter((each) => !together.includes(each))
  }
  return [...open, ...more, ...lists].toSorted((a, b) => b.value - a.value)
}
