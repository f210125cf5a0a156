/** The four note sections of a generated dialogue, each sentence backed by a turn. */
import type { KnowledgeBase } from '../../knowledge/knowledge-base.ts'
import { alternatives } from './closing-parts.ts'
import type { GeneratedDialogue } from './expert-dialogue.ts'
import { lowered } from '../lowered.ts'

export type GeneratedSection = 'subjective' | 'objective' | 'assessment' | 'plan'

const ended = (text: string): string => text.replace(/[.\s]+$/, '')

function list(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`
}

/** @returns an empty string for a section that nothing was said about */
export function generatedSection(
  base: KnowledgeBase,
  dialogue: GeneratedDialogue,
  section: GeneratedSection,
): string {
  const { evidence, turns, ranked } = dialogue
  const named = (present: boolean): readonly string[] =>
    evidence
      .filter((item) => item.present === present && item.certainty > 0.9)
      .flatMap(({ finding: id }) => {
        const finding = base.findings.get(id)
        return finding && !('order' in finding) ? [lowered(finding.name)] : []
      })
  switch (section) {
    case 'subjective': {
      const answer = (topic: string): string => ended(dialogue.told.get(topic) ?? '')
      const [since, medicines, allergies] = ['onset', 'medicines', 'allergies'].map(answer)
      const present = named(true)
      const absent = named(false)
      return [
        present.length > 0 ? `The patient reports ${list(present)}.` : '',
        since ? `Onset: ${lowered(since)}.` : '',
        absent.length > 0 ? `No ${list(absent)}.` : '',
        medicines ? `Medicines: ${lowered(medicines)}.` : '',
        allergies ? `Allergies: ${lowered(allergies)}.` : '',
      ]
        .filter(Boolean)
        .join(' ')
    }
    case 'objective':
      return (
        turns
          .filter(({ speaker }) => speaker === 'result')
          .map(({ text }) => text)
          .join(' ') || 'No examination or test results so far.'
      )
    case 'assessment': {
      const leader = ranked[0]
      const knowledge = leader && base.conditions.get(leader.condition)
      if (!knowledge) return ''
      const name = (id: string): string => base.names.get(id)?.name ?? id
      const others = alternatives(knowledge, ranked.slice(1)).map((id) => lowered(name(id)))
      const examined = turns.some(({ speaker }) => speaker === 'result')
      const grounds = dialogue.grounds.flatMap((id) => {
        const finding = base.findings.get(id)
        return finding && (examined || !('order' in finding)) ? [lowered(finding.name)] : []
      })
      return `${name(knowledge.id)} is most likely${grounds.length > 0 ? `, because of ${list(grounds.slice(0, 3))}` : ''}. Also considered: ${others.join('; ')}.`
    }
    case 'plan': {
      const knowledge = ranked[0] && base.conditions.get(ranked[0].condition)
      if (!knowledge) return ''
      const plan = knowledge.firstManagement.slice(0, 2).map(ended)
      return `${plan.join('. ')}. ${ended(knowledge.safetyNet)}.`
    }
  }
}

/** The dialogue as far as it had come before the closing turn, perhaps without any examination or test. */
export function unfinished(dialogue: GeneratedDialogue, examined: boolean): GeneratedDialogue {
  const turns = dialogue.turns.slice(0, -1)
  return {
    ...dialogue,
    turns: examined
      ? turns
      : turns.filter(({ speaker }, at) => speaker !== 'result' && turns[at + 1]?.speaker !== 'result'),
  }
}
