/** The four note sections of a generated dialogue, each sentence backed by a turn. */
import type { KnowledgeBase } from '../../knowledge/knowledge-base.ts'
import { alternatives, type GeneratedDialogue } from './expert-dialogue.ts'

export type GeneratedSection = 'subjective' | 'objective' | 'assessment' | 'plan'

const lowered = (text: string): string =>
  /^[A-Z]{2}/.test(text) ? text : text.charAt(0).toLowerCase() + text.slice(1)
const ended = (text: string): string => text.replace(/[.\s]+$/, '')

function list(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`
}

/** The patient's answer to the last doctor turn that matches. */
function answerTo({ turns }: GeneratedDialogue, question: RegExp): string | null {
  const at = turns.findIndex(({ speaker, text }) => speaker === 'doctor' && question.test(text))
  const reply = at < 0 ? undefined : turns[at + 1]
  return reply?.speaker === 'patient' ? ended(reply.text) : null
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
  const closing = turns.at(-1)?.text ?? ''
  switch (section) {
    case 'subjective': {
      const since = answerTo(dialogue, /start|going on|first notice|had it/)
      const medicines = answerTo(dialogue, /medicines|anything regularly/)
      const allergies = answerTo(dialogue, /allerg|reaction/)
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
      return turns
        .filter(({ speaker }) => speaker === 'result')
        .map(({ text }) => text)
        .join(' ')
    case 'assessment': {
      const leader = ranked[0]
      if (!leader) return ''
      const name = (id: string): string => base.names.get(id)?.name ?? id
      const knowledge = base.conditions.get(leader.condition)
      if (!knowledge) return ''
      const others = alternatives(knowledge, ranked.slice(1)).map((id) => lowered(name(id)))
      const grounds = /Because: ([^.]+)\./.exec(closing)?.[1]
      return `${name(leader.condition)} is most likely${grounds ? `, because of ${grounds.replaceAll('; ', ', ')}` : ''}. Also considered: ${others.join('; ')}.`
    }
    case 'plan': {
      const plan = /Plan: ([^.]+)\./.exec(closing)?.[1]
      const net = /Safety net: ([^.]+)\./.exec(closing)?.[1]
      return [plan ? `${plan}.` : '', net ? `${net}.` : ''].filter(Boolean).join(' ')
    }
  }
}
