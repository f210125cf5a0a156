/** Questions about a generated consultation with answers that stand in it. */
import type { Random } from '../../core/random.ts'
import { inquiryValues } from '../../knowledge/belief.ts'
import type { KnowledgeBase } from '../../knowledge/knowledge-base.ts'
import { alternatives } from './closing-parts.ts'
import type { GeneratedDialogue } from './expert-dialogue.ts'
import { generatedSection } from './note.ts'
import { pick } from './simulated-person.ts'
import { lowered } from '../lowered.ts'

export interface Exchange {
  readonly question: string
  readonly answer: string
}

/** @returns null when this dialogue holds nothing for the kind of question that was drawn */
export function exchange(base: KnowledgeBase, random: Random, dialogue: GeneratedDialogue): Exchange | null {
  const { evidence, ranked, turns, who } = dialogue
  const turnOf = (id: string): number => dialogue.askedAt.get(id) ?? -1
  const name = (id: string): string => base.names.get(id)?.name ?? id
  const plain = evidence.filter(({ finding: id }) => {
    const finding = base.findings.get(id)
    return finding && !('order' in finding)
  })
  const kind = random.below(6)
  if (kind <= 1) {
    const item = pick(random, plain)
    const finding = base.findings.get(item.finding)
    if (!finding || 'order' in finding) return null
    const asked = turnOf(finding.id)
    const said = asked >= 0 ? turns[asked + 1]?.text : turns[0]?.text
    if (!said) return null
    const topic = lowered(finding.name)
    const certain = item.certainty > 0.9
    return {
      question: pick(random, [
        `Is there ${topic}?`,
        `What did the patient say about ${topic}?`,
        `Any ${topic}?`,
      ]),
      answer: `${certain ? (item.present ? 'Yes.' : 'No.') : 'That is not clear.'} The patient said: "${said}"`,
    }
  }
  if (kind === 2) {
    const unasked = [...base.findings.values()].filter(
      (finding) => !('order' in finding) && !evidence.some((item) => item.finding === finding.id),
    )
    const finding = pick(random, unasked)
    const topic = lowered(finding.name)
    return {
      question: pick(random, [`Is there ${topic}?`, `What did the patient say about ${topic}?`]),
      answer: `Nothing was said about ${topic}. It has not been asked.`,
    }
  }
  if (kind === 3) {
    const [first, ...others] = ranked
    const knowledge = first && base.conditions.get(first.condition)
    if (!knowledge) return null
    const besides = alternatives(knowledge, others).map((id) => lowered(name(id)))
    const grounds = evidence
      .filter(({ present, certainty }) => present && certainty > 0.9)
      .slice(0, 3)
      .map(({ finding }) => lowered(base.findings.get(finding)?.name ?? finding))
    return {
      question: pick(random, [
        'What could this be?',
        'What is the most likely diagnosis?',
        'What should I think of?',
      ]),
      answer: `${name(first.condition)} fits best: ${grounds.join(', ')}. Also consider ${besides.join(' and ')}. This is a suggestion, not a diagnosis.`,
    }
  }
  if (kind === 4) {
    const known = new Set(evidence.map(({ finding }) => finding))
    const [best] = inquiryValues(base, who.person, ranked, known, (finding) => !('order' in finding))
    const finding = best && base.findings.get(best.finding)
    if (!finding || 'order' in finding) return null
    return {
      question: pick(random, [
        'What should I ask next?',
        'What is still missing?',
        'Which question would help most?',
      ]),
      answer: `Ask: "${finding.ask}" It has not been asked yet.`,
    }
  }
  const summary = generatedSection(base, dialogue, 'subjective')
  if (!summary) return null
  return {
    question: pick(random, [
      'Summarise the history.',
      'Sum up what the patient said.',
      'Give me a short summary.',
    ]),
    answer: summary,
  }
}
