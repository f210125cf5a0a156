/** A generated dialogue with what its doctor thought before each turn. */
import type { Random } from '../../core/random.ts'
import type { Evidence } from '../../knowledge/belief.ts'
import type { KnowledgeBase } from '../../knowledge/knowledge-base.ts'
import { writeNote } from '../doctor-note.ts'
import type { DoctorPromptTurn } from '../doctor-prompt.ts'
import { lowered } from '../lowered.ts'
import type { GeneratedDialogue } from './expert-dialogue.ts'

/** How much of the evidence was known before a turn, and what was suspected then, the likeliest first. */
export interface Thought {
  readonly known: number
  readonly suspected: readonly string[]
}

/** The most that one note says; one that begins late sums up. */
const mostLearned = 6

/** What is there, then what was denied; what an examination or test did not show goes without saying. */
function learned(base: KnowledgeBase, evidence: readonly Evidence[]): readonly string[] {
  const told = evidence.flatMap(({ finding: id, present, certainty }) => {
    const finding = base.findings.get(id)
    if (!finding || certainty < 0.9 || (!present && 'order' in finding)) return []
    return [{ present, words: `${present ? '' : 'no '}${lowered(finding.name)}` }]
  })
  const ordered = [...told.filter(({ present }) => present), ...told.filter(({ present }) => !present)]
  return [...new Set(ordered.map(({ words }) => words))].slice(0, mostLearned)
}

/**
 * @param from position of the turn from which on the doctor notes; turns before it are as others would have said them
 * @param budget the most turns of the doctor, where it is known
 */
export function notedTurns(
  base: KnowledgeBase,
  { turns, thoughts, evidence }: GeneratedDialogue,
  from: number,
  budget: number | null,
): readonly DoctorPromptTurn[] {
  const name = (id: string): string => lowered(base.names.get(id)?.name ?? id)
  let noted = 0
  let taken = 0
  return turns.map((turn, at) => {
    if (turn.speaker === 'doctor') taken++
    const thought = thoughts.get(at)
    if (!thought || at < from) return turn
    const note = writeNote({
      turn: taken,
      budget,
      learned: learned(base, evidence.slice(noted, thought.known)),
      suspected: thought.suspected.map(name),
    })
    noted = thought.known
    return { ...turn, note }
  })
}

/** A transcript of someone else's consultation holds no notes: a quarter of the dialogues begin without. */
export function drawNotesFrom(random: Random, { turns }: GeneratedDialogue): number {
  return random.uniform() < 0.75 ? 0 : random.below(turns.length)
}
