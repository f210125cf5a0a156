/** Questions about several things that belong together, as a doctor with a plan puts them, and their answers. */
import { shuffled, type Random } from '../../core/random.ts'
import type { Evidence } from '../../knowledge/belief.ts'
import { applies, type KnowledgeBase, type Person } from '../../knowledge/knowledge-base.ts'
import { asksForDanger } from '../danger.ts'
import { topicWords } from '../doctor/note.ts'
import { inOneList } from '../guide/guided-step.ts'
import { listedThemes, type ListedTheme } from '../guide/listed-themes.ts'
import { askForAny, fits } from '../guide/open-questions.ts'
import type { NextAction } from '../policy/choose-next.ts'
import { pick, type SimulatedPerson } from './simulated-person.ts'
import { openAnswer, type Silence } from './told.ts'
import { bareNo, type Wordings } from './wordings.ts'

export interface AskTogether {
  readonly kind: 'ask-together'
  readonly wordings: readonly string[]
  /** What it asks about, as a note says it. */
  readonly about: string
  /** Standard topics that it asks about openly. */
  readonly topics: readonly string[]
  /** Symptoms that it lists. */
  readonly themes: readonly ListedTheme[]
}

interface JoinedTopics {
  readonly topics: readonly string[]
  readonly wordings: readonly string[]
}

const joinedTopics: readonly JoinedTopics[] = [
  {
    topics: ['onset', 'aggravating', 'relieving'],
    wordings: [
      'When did this start, and what makes it better or worse?',
      'When did it begin, how has it changed since, and what makes it better or worse?',
    ],
  },
  {
    topics: ['site', 'character', 'severity'],
    wordings: [
      'Where is it, what does it feel like, and how bad is it?',
      'Where do you feel it, what is it like, and how bad does it get?',
    ],
  },
  {
    topics: ['past-history', 'medicines', 'allergies'],
    wordings: [
      'Do you have any other illnesses, medicines or allergies?',
      'What other illnesses, medicines or allergies do you have?',
      'Tell me about other illnesses, medicines and allergies.',
    ],
  },
  {
    topics: ['medicines', 'allergies'],
    wordings: [
      'Do you take any medicines, or are you allergic to any?',
      'What medicines do you take, and is there any that you are allergic to?',
    ],
  },
  {
    topics: ['family-history', 'social-history'],
    wordings: [
      'Who is at home with you, and what illnesses run in the family?',
      'Does anything run in the family, and who do you live with?',
    ],
  },
  {
    topics: ['smoking', 'alcohol'],
    wordings: ['Do you smoke or drink alcohol?', 'Do you smoke, and how much alcohol do you drink?'],
  },
]

/** The most further symptoms in one list. */
const mostCompanions = 3

/**
 * The symptom with others of its region that tell most, in one list.
 *
 * @param bits what each finding is expected to tell
 * @returns null where it has no place in a list, or nothing to stand beside it
 */
export function listedWith(
  base: KnowledgeBase,
  random: Random,
  person: Person,
  finding: string,
  asked: ReadonlySet<string>,
  bits: ReadonlyMap<string, number>,
): AskTogether | null {
  const open = listedThemes.filter(
    (theme) => fits(theme, person) && !theme.findings.some((id) => asked.has(id)),
  )
  const own = open.find(({ findings }) => findings.includes(finding))
  if (!own) return null
  const worth = ({ findings }: ListedTheme): number => Math.max(...findings.map((id) => bits.get(id) ?? 0))
  const companions = open
    .filter((theme) => theme !== own && theme.regions.some((region) => own.regions.includes(region)))
    .toSorted((a, b) => worth(b) - worth(a))
    .slice(0, 1 + random.below(mostCompanions))
  if (companions.length === 0) return null
  const themes = shuffled(random, [own, ...companions])
  const phrases = themes.map(({ phrase }) => phrase)
  const text = askForAny(person, phrases)
  return {
    kind: 'ask-together',
    wordings: [text, text.replace(/^(Have you|Has your child) had any/, '$1 noticed any')],
    about: inOneList(phrases),
    topics: [],
    themes,
  }
}

/** The topic with others of its kind in one question; null where one of them was asked about. */
export function topicsWith(topic: string, asked: ReadonlySet<string>): AskTogether | null {
  const found = joinedTopics.find(
    ({ topics }) => topics.includes(topic) && !topics.some((each) => asked.has(each)),
  )
  if (!found) return null
  const { topics, wordings } = found
  return { kind: 'ask-together', wordings, about: inOneList(topics.map(topicWords)), topics, themes: [] }
}

/** Whether a step that screens for danger still does so when it is put together with others. */
export const screensToo = (alone: NextAction, { wordings }: AskTogether): boolean =>
  alone.kind !== 'ask-finding' || wordings.every(asksForDanger)

/** What a simulated person says to such a question. */
export interface AnswerTogether {
  readonly text: string
  readonly evidence: readonly Evidence[]
  /** By topic, where topics were asked about openly. */
  readonly told: ReadonlyMap<string, string>
}

const nothingElse = [
  'Nothing else like that.',
  'None of the others.',
  'The rest, no.',
  'Not the other things.',
]

const mostTold = 3
const certain = 0.97
/** Kinds of a symptom that was denied as such: believed absent, and not worth a word in a note. */
const implied = 0.85

export function answerTogether(
  base: KnowledgeBase,
  random: Random,
  who: SimulatedPerson,
  { topics, themes }: AskTogether,
  asked: ReadonlySet<string>,
  wordings: Wordings,
  manner: Silence,
): AnswerTogether {
  const told = new Map<string, string>()
  const known = new Set(asked)
  const evidence: Evidence[] = []
  for (const topic of topics) {
    const answer = openAnswer(base, random, who, known, topic, wordings, manner)
    told.set(topic, answer.text)
    for (const finding of answer.findings) {
      known.add(finding)
      evidence.push({ finding, present: true, certainty: 0.95 })
    }
  }
  // "Not that I have noticed" is said once.
  if (themes.length === 0) return { text: [...new Set(told.values())].join(' '), evidence, told }
  const there = shuffled(
    random,
    themes.flatMap(({ findings }) => findings.filter((id) => who.present.has(id) && !asked.has(id))),
  ).slice(0, mostTold)
  for (const { findings } of themes) {
    if (findings.some((id) => who.present.has(id))) continue
    for (const [place, finding] of findings.entries()) {
      const knowledge = base.findings.get(finding)
      if (knowledge && applies(knowledge, who.person))
        evidence.push({ finding, present: false, certainty: place === 0 ? certain : implied })
    }
  }
  const said = there.flatMap((id) => {
    const finding = base.findings.get(id)
    return finding && 'yes' in finding ? [pick(random, wordings.yes(finding))] : []
  })
  evidence.push(...there.map((finding) => ({ finding, present: true, certainty: certain })))
  if (said.length === 0) return { text: pick(random, bareNo), evidence, told }
  const rest = random.uniform() < 0.4 ? [pick(random, nothingElse)] : []
  return { text: [...said, ...rest].join(' '), evidence, told }
}
