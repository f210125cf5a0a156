/** A dialogue of the expert policy, or of one with a flaw, with a simulated person. */
import type { Random } from '../../core/random.ts'
import { believe, type Belief, type Evidence } from '../../knowledge/belief.ts'
import type { KnowledgeBase } from '../../knowledge/knowledge-base.ts'
import type { ConditionKnowledge } from '../../knowledge/schema.ts'
import { chooseNext, type NextAction } from '../policy/choose-next.ts'
import { topicQuestions } from '../policy/topic-questions.ts'
import { writeClosing, writeOrder } from '../turns.ts'
import type { DoctorPromptTurn } from '../doctor-prompt.ts'
import { alreadySaid, idleQuestion, jargonQuestion, type Flaw } from './flaws.ts'
import { rephrased } from './question-wording.ts'
import { pick, type SimulatedPerson } from './simulated-person.ts'
import { allowed, answerAbout, bareNo, nothingMore, topicAnswers, type WordingSplit } from './wordings.ts'

export interface GeneratedDialogue {
  readonly who: SimulatedPerson
  readonly turns: readonly DoctorPromptTurn[]
  readonly evidence: readonly Evidence[]
  readonly ranked: readonly Belief[]
  /** Findings that speak for the leading condition, strongest first. */
  readonly grounds: readonly string[]
  /** Worse turns in place of some of the doctor's. */
  readonly worse: readonly WorseTurn[]
  /** Position of the doctor's turn that asked about a finding. */
  readonly askedAt: ReadonlyMap<string, number>
}

export interface WorseTurn {
  readonly flaw: Flaw
  /** Position of the doctor's turn that is better. */
  readonly at: number
  readonly text: string
}

const afterYes = ['', '', '', 'I see. ', 'That sounds hard. ', 'I am sorry to hear that. ', 'Thank you. ']
const afterNo = ['', '', '', 'Thank you. ', 'All right. ', 'Good. ']

const lowered = (text: string): string =>
  /^[A-Z]{2}/.test(text) ? text : text.charAt(0).toLowerCase() + text.slice(1)

/** The complaint: one or two of the person's own symptoms, those typical of the condition first. */
function complaint(
  base: KnowledgeBase,
  random: Random,
  { condition, present }: SimulatedPerson,
  split: WordingSplit,
): { readonly text: string; readonly findings: readonly string[] } | null {
  const own = base.conditions.get(condition)?.findings ?? {}
  const symptoms = [...present].filter((id) => {
    const finding = base.findings.get(id)
    // How it began or how often it comes is no complaint.
    return (
      finding?.kind === 'symptom' &&
      (own[id] === 'usually' || own[id] === 'often') &&
      finding.topic !== 'onset' &&
      finding.topic !== 'timing'
    )
  })
  if (symptoms.length === 0) return null
  const chosen = new Set([pick(random, symptoms)])
  if (random.uniform() < 0.6) chosen.add(pick(random, symptoms))
  const sentences = [...chosen].map((id) => {
    const finding = base.findings.get(id)
    return finding && 'yes' in finding ? pick(random, allowed(split, finding.yes)) : ''
  })
  return { text: sentences.join(' '), findings: [...chosen] }
}

/** Topics of findings that an open question about one topic brings up. */
const broughtUp: Readonly<Record<string, readonly string[]>> = {
  character: ['character', 'site', 'severity', 'radiation'],
  aggravating: ['aggravating', 'relieving', 'timing'],
  'past-history': ['past-history'],
  medicines: ['medicines'],
}

/** Up to two of the person's own findings in answer to an open question, or that there is nothing more. */
function openAnswer(
  base: KnowledgeBase,
  random: Random,
  { condition, present }: SimulatedPerson,
  told: ReadonlySet<string>,
  topic: string,
  split: WordingSplit,
): { readonly text: string; readonly findings: readonly string[] } {
  const own = base.conditions.get(condition)?.findings ?? {}
  const known = [...present].filter((id) => {
    const finding = base.findings.get(id)
    if (!finding || 'order' in finding || told.has(id) || own[id] === undefined) return false
    const topics = broughtUp[topic]
    return topics ? topics.includes(finding.topic) : topic === 'associated' && finding.kind === 'symptom'
  })
  if (known.length === 0 || random.uniform() < 0.15)
    return { text: pick(random, topicAnswers[topic] ?? nothingMore), findings: [] }
  const chosen = [...new Set([pick(random, known), pick(random, known)])]
  const sentences = chosen.map((id) => {
    const finding = base.findings.get(id)
    return finding && 'yes' in finding ? pick(random, allowed(split, finding.yes)) : ''
  })
  return { text: sentences.join(' '), findings: chosen }
}

/** What else to consider: what is still likely, then what the diagnosis is mistaken for. */
export function alternatives(leader: ConditionKnowledge, others: readonly Belief[]): readonly string[] {
  const likely = others.filter(({ probability }) => probability > 0.02).map(({ condition }) => condition)
  const mimics = leader.mimics.map(({ condition }) => condition)
  return [...new Set([...likely.slice(0, 2), ...mimics])].slice(0, 2)
}

/** @returns null when the person has nothing typical to complain of */
export function expertDialogue(
  base: KnowledgeBase,
  random: Random,
  who: SimulatedPerson,
  split: WordingSplit,
  budget: number,
  flaw: Flaw | null = null,
): GeneratedDialogue | null {
  const opening = complaint(base, random, who, split)
  if (!opening) return null
  const turns: DoctorPromptTurn[] = [{ speaker: 'patient', text: opening.text }]
  const evidence: Evidence[] = opening.findings.map((finding) => ({
    finding,
    present: true,
    certainty: 0.97,
  }))
  const asked = new Set(opening.findings)
  const topics = new Set<string>()
  const ordered = new Set<string>()
  const askedAt = new Map<string, number>()
  const worse: WorseTurn[] = []
  let affirmed = true
  const closing = (
    ranked: readonly Belief[],
    grounds: readonly string[],
    careful: boolean,
  ): string | null => {
    const [leader, ...others] = ranked
    const knowledge = leader && base.conditions.get(leader.condition)
    if (!knowledge) return null
    const name = (id: string): string => base.names.get(id)?.name ?? id
    return writeClosing(
      name(leader.condition),
      careful ? alternatives(knowledge, others).map(name) : [],
      grounds.slice(0, 3).map((id) => lowered(base.findings.get(id)?.name ?? id)),
      knowledge.firstManagement.slice(0, 2),
      careful ? knowledge.safetyNet : '',
    )
  }
  const acknowledge = (): string => (turns.length < 3 ? '' : pick(random, affirmed ? afterYes : afterNo))
  for (let taken = 0; taken < budget; taken++) {
    const chosen = chooseNext(base, {
      person: who.person,
      evidence,
      asked,
      topics,
      ordered,
      turns: taken,
      budget,
    })
    const say = (text: string): void => {
      turns.push({ speaker: 'doctor', text })
    }
    const early = flaw === 'premature' && taken >= 2
    const action: NextAction = early
      ? { kind: 'close', ranked: believe(base, who.person, evidence), grounds: [...opening.findings] }
      : chosen
    const last = turns.findLast(({ speaker }) => speaker === 'doctor')?.text
    if (flaw === 'repetitive' && taken > 1 && last && random.uniform() < 0.35) {
      say(last)
      turns.push({ speaker: 'patient', text: pick(random, alreadySaid) })
      continue
    }
    if (flaw === null) {
      const worseTurn = (kind: Flaw, text: string | null | undefined): void => {
        if (text) worse.push({ flaw: kind, at: turns.length, text })
      }
      if (action.kind === 'close') {
        worseTurn('endless', idleQuestion(base, random, asked))
        worseTurn('unsafe', closing(action.ranked, action.grounds, false))
      } else if (taken > 0) {
        if (taken < budget / 2)
          worseTurn('premature', closing(believe(base, who.person, evidence), opening.findings, true))
        worseTurn('repetitive', last)
        if (action.kind === 'ask-finding') worseTurn('jargon', jargonQuestion(base, random, action.finding))
      }
    }
    if (action.kind === 'close' && flaw === 'endless') {
      const idle = idleQuestion(base, random, asked)
      if (!idle) return null
      say(idle)
      turns.push({ speaker: 'patient', text: pick(random, bareNo) })
      continue
    }
    if (action.kind === 'ask-topic' && flaw === 'unsafe' && action.topic !== 'onset') {
      topics.add(action.topic)
      continue
    }
    switch (action.kind) {
      case 'ask-topic': {
        topics.add(action.topic)
        say(acknowledge() + pick(random, topicQuestions[action.topic] ?? [`Tell me about ${action.topic}.`]))
        const told = openAnswer(base, random, who, asked, action.topic, split)
        for (const finding of told.findings) {
          asked.add(finding)
          evidence.push({ finding, present: true, certainty: 0.95 })
        }
        affirmed = told.findings.length > 0
        turns.push({ speaker: 'patient', text: told.text })
        break
      }
      case 'ask-finding': {
        const finding = base.findings.get(action.finding)
        if (!finding || 'order' in finding) return null
        asked.add(finding.id)
        askedAt.set(finding.id, turns.length)
        topics.add(finding.topic)
        const present = who.present.has(finding.id)
        const { text, certainty } = answerAbout(random, finding, present, split)
        say(
          flaw === 'jargon'
            ? jargonQuestion(base, random, finding.id)
            : acknowledge() + rephrased(random, finding.ask),
        )
        affirmed = present
        turns.push({ speaker: 'patient', text })
        evidence.push({ finding: finding.id, present, certainty })
        break
      }
      case 'order': {
        const orders = new Set<string>()
        const positive: string[] = []
        const negative: string[] = []
        for (const id of action.findings) {
          const finding = base.findings.get(id)
          if (!finding || !('order' in finding)) continue
          orders.add(finding.order)
          asked.add(id)
          const present = who.present.has(id)
          ;(present ? positive : negative).push(present ? finding.present : finding.absent)
          evidence.push({ finding: id, present, certainty: 0.98 })
        }
        for (const name of orders) ordered.add(`${action.of}:${name}`)
        say(writeOrder(action.of, [...orders].map(lowered)))
        // The likeliest findings stand first; a report does not list everything that is not there.
        const reported = [...positive, ...negative.slice(0, positive.length > 0 ? 2 : 4)]
        turns.push({ speaker: 'result', text: [...new Set(reported)].join(' ') })
        affirmed = false
        break
      }
      case 'close': {
        const text = closing(action.ranked, action.grounds, flaw === null)
        if (!text) return null
        say(text)
        return { who, turns, evidence, ranked: action.ranked, grounds: action.grounds, worse, askedAt }
      }
    }
  }
  if (flaw !== 'endless') return null
  // The budget is gone without a diagnosis; the last answer teaches nothing.
  return {
    who,
    turns: turns.slice(0, -1),
    evidence,
    ranked: believe(base, who.person, evidence),
    grounds: [],
    worse,
    askedAt,
  }
}
