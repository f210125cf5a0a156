/** A dialogue of the expert policy with a simulated person. */
import type { Random } from '../../core/random.ts'
import type { Belief, Evidence } from '../../knowledge/belief.ts'
import type { KnowledgeBase } from '../../knowledge/knowledge-base.ts'
import type { ConditionKnowledge } from '../../knowledge/schema.ts'
import { chooseNext } from '../policy/choose-next.ts'
import { topicQuestions } from '../policy/topic-questions.ts'
import { writeClosing, writeOrder } from '../turns.ts'
import type { DoctorPromptTurn } from '../doctor-prompt.ts'
import { rephrased } from './question-wording.ts'
import { pick, type SimulatedPerson } from './simulated-person.ts'
import { allowed, answerAbout, topicAnswers, type WordingSplit } from './wordings.ts'

export interface GeneratedDialogue {
  readonly who: SimulatedPerson
  readonly turns: readonly DoctorPromptTurn[]
  readonly evidence: readonly Evidence[]
  readonly ranked: readonly Belief[]
  /** Position of the doctor's turn that asked about a finding. */
  readonly askedAt: ReadonlyMap<string, number>
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
  let affirmed = true
  const acknowledge = (): string => (turns.length < 3 ? '' : pick(random, affirmed ? afterYes : afterNo))
  for (let taken = 0; taken < budget; taken++) {
    const action = chooseNext(base, {
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
    switch (action.kind) {
      case 'ask-topic': {
        topics.add(action.topic)
        say(acknowledge() + pick(random, topicQuestions[action.topic] ?? [`Tell me about ${action.topic}.`]))
        affirmed = false
        turns.push({
          speaker: 'patient',
          text: pick(random, topicAnswers[action.topic] ?? ['Nothing to say.']),
        })
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
        say(acknowledge() + rephrased(random, finding.ask))
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
        const [leader, ...others] = action.ranked
        const knowledge = leader && base.conditions.get(leader.condition)
        if (!leader || !knowledge) return null
        const name = (id: string): string => base.names.get(id)?.name ?? id
        say(
          writeClosing(
            name(leader.condition),
            alternatives(knowledge, others).map(name),
            action.grounds.slice(0, 3).map((id) => lowered(base.findings.get(id)?.name ?? id)),
            knowledge.firstManagement.slice(0, 2),
            knowledge.safetyNet,
          ),
        )
        return { who, turns, evidence, ranked: action.ranked, askedAt }
      }
    }
  }
  return null
}
