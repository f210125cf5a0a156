/** The doctor's next turn as a dialogue model would take it that was aligned to the diagnostic process. */
import type { DialogueTurn } from '../dialogue/dialogue.ts'
import type { Complete } from '../dialogue/doctor/complete.ts'
import { NotedVisit, type BoundedVisit } from '../dialogue/doctor/noted-visit.ts'
import { NoteTaker } from '../dialogue/doctor/note-taker.ts'
import { retraced } from '../dialogue/doctor/retraced.ts'
import type { Guide } from '../dialogue/guide/guide.ts'
import type { KnowledgeBase } from '../knowledge/knowledge-base.ts'
import type { SessionRecord } from '../session/session.ts'
import { dialogueTurns, plannedTurns, statedPerson, supposed } from './guidance.ts'
import { readQuestion } from './replies.ts'

/** A dialogue opens with the complaint, as the patient tells it or as it was noted beforehand, and ends with the patient. */
function opened({ session, turns }: SessionRecord): readonly DialogueTurn[] {
  const said = dialogueTurns(turns)
  const reason = session.reason.trim()
  const first = said.findIndex(({ speaker }) => speaker === 'patient')
  const noted: readonly DialogueTurn[] = reason && first !== 0 ? [{ speaker: 'patient', text: reason }] : []
  const heard = first < 0 || noted.length > 0 ? [...noted, ...said] : said.slice(first)
  const open: readonly DialogueTurn[] =
    heard[0]?.speaker === 'patient' ? heard : [{ speaker: 'patient', text: 'Hello, doctor.' }, ...heard]
  return open.at(-1)?.speaker === 'doctor' ? [...open, { speaker: 'patient', text: 'Please go on.' }] : open
}

/**
 * @param complete asks the model; `beside` tells what it judges and decides from what is to be said
 * @returns a question or orders; null where the model would conclude, or says neither
 */
export async function suggestedTurn(
  base: KnowledgeBase,
  guide: Guide,
  record: SessionRecord,
  complete: Complete,
): Promise<string | null> {
  const turns = opened(record)
  const { age, sex } = statedPerson(record)
  const visit: BoundedVisit = {
    person: supposed({ age, sex }),
    presented: age === null || sex === null ? {} : { age, sex },
    budget: plannedTurns(turns.filter(({ speaker }) => speaker === 'doctor').length),
  }
  const taker = new NoteTaker(base, guide)
  const past = await retraced(base, guide, taker, turns, visit)
  const doctor = new NotedVisit(complete, visit, { taker, plans: true }, past)
  const begun = await doctor.begun(turns)
  const step = await doctor.decide(begun)
  if (step?.kind === 'conclude') return null
  const { said } = await doctor.take(step, turns, begun)
  return step?.kind === 'order' ? said : readQuestion(said)
}
