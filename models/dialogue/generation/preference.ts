/** Pairs of a better and a worse next turn among candidates, by the process rules or by the outcome alone. */
import type { ProcessReader } from '../acts.ts'
import type { ReadCondition } from '../conditions/index.ts'
import type { Dialogue } from '../dialogue.ts'
import { compareEvaluations, evaluateDialogue, type Evaluation } from '../rules/index.ts'
import { readDoctorTurn } from '../turns.ts'

/** process: the rules decide, the diagnosis where they see no difference. outcome: only the diagnosis. */
export type Feedback = 'process' | 'outcome'

export interface Preference {
  readonly chosen: string
  readonly rejected: string
}

interface Candidate {
  readonly text: string
  readonly evaluation: Evaluation
  /** 1 right diagnosis, 0 none named, -1 wrong one. */
  readonly outcome: -1 | 0 | 1
}

/** Summed constraint scores closer than this are the same: they differ by one verdict among many turns. */
const margin = 0.01

function outcomeOf(text: string, condition: string, read: ReadCondition): Candidate['outcome'] {
  const { closing, diagnoses } = readDoctorTurn(text)
  if (!closing) return 0
  return diagnoses[0] !== undefined && read(diagnoses[0]) === condition ? 1 : -1
}

function byProcess(a: Candidate, b: Candidate): number {
  const difference = compareEvaluations(a.evaluation, b.evaluation)
  return Math.abs(difference) >= margin ? difference : a.outcome - b.outcome
}

const byOutcome = (a: Candidate, b: Candidate): number => a.outcome - b.outcome

/**
 * The best and the worst of the candidates, the first of equals.
 *
 * @param condition what the patient has
 * @returns null when no candidate is worse than another
 */
export function preferenceAmong(
  dialogue: Dialogue,
  condition: string,
  texts: readonly string[],
  feedback: Feedback,
  read: ReadCondition,
  reader: ProcessReader,
): Preference | null {
  const candidates = [...new Set(texts)]
    .filter((text) => text !== '')
    .map((text): Candidate => ({
      text,
      evaluation: evaluateDialogue(
        { ...dialogue, turns: [...dialogue.turns, { speaker: 'doctor', text }] },
        reader,
      ),
      outcome: outcomeOf(text, condition, read),
    }))
  const compare = feedback === 'process' ? byProcess : byOutcome
  const ranked = candidates.toSorted((a, b) => compare(b, a))
  const [best, worst] = [ranked[0], ranked.at(-1)]
  if (!best || !worst || compare(best, worst) <= 0) return null
  return { chosen: best.text, rejected: worst.text }
}
