/** Turns that could have stood in place of the expert's, each with what is wrong with it. */
import { shuffled, type Random } from '../../core/random.ts'
import type { KnowledgeBase } from '../../knowledge/knowledge-base.ts'
import type { Finding } from '../../knowledge/schema.ts'
import { courtesyTo } from '../courtesy/courtesy.ts'
import { nextWords, topicWords } from '../doctor/note.ts'
import { tellsDistress } from '../distress.ts'
import { lowered } from '../lowered.ts'
import { topicQuestions } from '../policy/topic-questions.ts'
import { writeClosing } from '../turns.ts'
import type { ClosingParts } from './closing-wording.ts'
import { brushOffs, crowdedQuestion, idleNext, idleQuestion, jargonQuestion, type Flaw } from './flaws.ts'
import { wordedOrder } from './order-wording.ts'
import { pick } from './simulated-person.ts'

/**
 * What is wrong with a turn: a doctor's flaw; that the closing names what the illness is mistaken for; that a
 * question of the usual list stands where another would tell the likely conditions apart; that something is ordered
 * before the history is taken, or for something that nobody suspects; that a courteous word is said again and again and
 * nothing asked.
 */
export type Fault = Flaw | 'mistaken' | 'uninformative' | 'hasty' | 'misordered' | 'circling'

export interface WorseTurn {
  readonly flaw: Fault
  readonly text: string
  /** What it does, as its note would say it, where that is another thing than the better turn does. */
  readonly next?: string
}

/** What stands before a question. */
export interface Moment {
  /** The patient's last words. */
  readonly heard: string
  /** The doctor's last turn. */
  readonly said: { readonly text: string; readonly next: string } | undefined
  readonly asked: ReadonlySet<string>
  /** What could be concluded and ordered already; null in its last turns. */
  readonly early: { readonly closing: string | undefined; readonly suspected: string | undefined } | null
}

/** Topics that are asked of everyone, and tell little about what is behind a complaint. */
const usualList = [
  'severity',
  'site',
  'relieving',
  'past-history',
  'medicines',
  'social-history',
  'smoking',
  'travel',
  'concern',
  'expectation',
]

/** What could be examined and tested for a condition. */
function orderFor(
  base: KnowledgeBase,
  random: Random,
  condition: string,
): { readonly text: string; readonly next: string } | null {
  const own = Object.keys(base.conditions.get(condition)?.findings ?? {})
  const orders = (kind: Finding['kind'], most: number): readonly string[] => {
    const names = own.flatMap((id) => {
      const finding = base.findings.get(id)
      return finding?.kind === kind && 'order' in finding ? [lowered(finding.order)] : []
    })
    return shuffled(random, [...new Set(names)]).slice(0, most)
  }
  const [examinations, tests] = [orders('sign', 3), orders('test', 2)]
  if (examinations.length + tests.length === 0) return null
  return {
    text: wordedOrder(random, examinations, tests),
    next: nextWords({ kind: 'order', examines: examinations.length > 0, tests: tests.length > 0 }),
  }
}

/** What a model falls into that has learned to be polite. */
function circling(random: Random, heard: string): string {
  const word = courtesyTo(heard, (wordings) => pick(random, wordings), 'anything')
  return Array.from({ length: 2 + random.below(3) }, () => word).join(' ')
}

const those = (
  turns: readonly {
    readonly flaw: Fault
    readonly text?: string | null | undefined
    readonly next?: string
  }[],
) =>
  turns.flatMap(({ flaw, text, next }): readonly WorseTurn[] =>
    text ? [next === undefined ? { flaw, text } : { flaw, text, next }] : [],
  )

const concludes = nextWords({ kind: 'conclude' })

/** @param finding what the question asks about, where it asks about one thing */
export function worseQuestions(
  base: KnowledgeBase,
  random: Random,
  { heard, said, asked, early }: Moment,
  question: string,
  finding: string | undefined,
): readonly WorseTurn[] {
  const upset = tellsDistress(heard) || heard.includes('?')
  const usual = pick(random, usualList)
  return those([
    { flaw: 'premature', text: early?.closing, next: concludes },
    { flaw: 'hasty', ...(early?.suspected && orderFor(base, random, early.suspected)) },
    { flaw: 'repetitive', ...said },
    { flaw: 'circling', text: circling(random, heard) },
    { flaw: 'jargon', text: finding && jargonQuestion(base, random, finding) },
    {
      flaw: 'uninformative',
      text: finding && pick(random, topicQuestions[usual] ?? []),
      next: nextWords({ kind: 'ask', topic: topicWords(usual) }),
    },
    { flaw: 'crowded', text: random.uniform() < 0.5 ? crowdedQuestion(base, random, question, asked) : null },
    {
      flaw: 'dismissive',
      text: upset ? (random.uniform() < 0.5 ? question : `${pick(random, brushOffs)} ${question}`) : null,
    },
  ])
}

/** @param closing the better turn, which says `parts` */
export function worseClosings(
  base: KnowledgeBase,
  random: Random,
  asked: ReadonlySet<string>,
  parts: ClosingParts,
  closing: string | null,
): readonly WorseTurn[] {
  const { diagnosis, alternatives, grounds, plan } = parts
  return those([
    { flaw: 'endless', text: idleQuestion(base, random, asked), next: idleNext },
    { flaw: 'unsafe', text: writeClosing(diagnosis, [], grounds, plan, '') },
    { flaw: 'mistaken', text: closing && exchanged(closing, diagnosis, alternatives[0]) },
  ])
}

/** The text with two names in each other's place; null where they do not both stand in it. */
function exchanged(text: string, one: string, other: string | undefined): string | null {
  if (other === undefined) return null
  const places = (name: string): readonly string[] =>
    [name, lowered(name)].filter((form) => text.includes(form))
  const [a] = places(one)
  const [b] = places(other)
  if (a === undefined || b === undefined) return null
  const like = (name: string, form: string, shown: string): string => (form === shown ? name : lowered(name))
  return text
    .split(a)
    .map((part) => part.replaceAll(b, like(one, b, other)))
    .join(like(other, a, one))
}
