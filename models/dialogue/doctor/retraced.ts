/** The notes and decisions of a visit that somebody else holds, as far as what was said shows them. */
import type { KnowledgeBase } from '../../knowledge/knowledge-base.ts'
import type { DialogueTurn } from '../dialogue.ts'
import type { Guide } from '../guide/guide.ts'
import { lowered } from '../lowered.ts'
import { writeNote } from './note.ts'
import type { NoteTaker } from './note-taker.ts'
import { mostSuspected, type BoundedVisit, type PastTurn } from './noted-visit.ts'
import { stepInNote, writeStep } from './plan.ts'

/**
 * One past turn for each of the doctor's, so that a language model can go on in the doctor's place. What was suspected
 * is the knowledge base's belief at the time; a turn that neither asks nor orders is a decision to let the patient talk.
 */
export async function retraced(
  base: KnowledgeBase,
  guide: Guide,
  taker: NoteTaker,
  turns: readonly DialogueTurn[],
  { person, budget }: BoundedVisit,
): Promise<readonly PastTurn[]> {
  const past: PastTurn[] = []
  for (const [at, { speaker, text }] of turns.entries()) {
    if (speaker !== 'doctor') continue
    const before = turns.slice(0, at)
    const ranked = guide.ranked(await guide.attend(before, person), person)
    const note = {
      turn: past.length + 1,
      budget,
      learned: await taker.learned(before, person),
      suspected: ranked
        .slice(0, mostSuspected)
        .map(({ condition }) => lowered(base.names.get(condition)?.name ?? condition)),
    }
    const step = guide.stepTaken(text) ?? { kind: 'ask' as const, about: 'anything else' }
    past.push({
      note: writeNote({ ...note, next: stepInNote(step) }),
      planned: { note: writeNote({ ...note, next: null }), step: writeStep(step) },
    })
  }
  return past
}
