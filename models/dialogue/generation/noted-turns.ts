/** A generated dialogue with what its doctor thought before each turn. */
import type { Random } from '../../core/random.ts'
import type { KnowledgeBase } from '../../knowledge/knowledge-base.ts'
import { learnedWords, topicWords, writeNote, type NextStep } from '../doctor/note.ts'
import type { DoctorPromptTurn } from '../doctor/prompt.ts'
import { lowered } from '../lowered.ts'
import type { NextAction } from '../policy/choose-next.ts'
import type { GeneratedDialogue } from './expert-dialogue.ts'
import type { AskTogether } from './together.ts'

/**
 * How much of the evidence was known before a turn, what was suspected then, the likeliest first, and what the turn
 * does.
 */
export interface Thought {
  readonly known: number
  readonly suspected: readonly string[]
  readonly next: string
}

/** What the expert's step is called in a note. */
export function nextStep(base: KnowledgeBase, action: NextAction | AskTogether): NextStep {
  switch (action.kind) {
    case 'ask-topic':
      return { kind: 'ask', topic: topicWords(action.topic) }
    case 'ask-finding':
      return { kind: 'ask', topic: lowered(base.findings.get(action.finding)?.name ?? action.topic) }
    case 'ask-together':
      return { kind: 'ask', topic: action.about }
    case 'order':
      return { kind: 'order', examines: action.examinations.length > 0, tests: action.tests.length > 0 }
    case 'close':
      return { kind: 'conclude' }
  }
}

/** An answer that leaves this much open is not noted. */
const leastCertain = 0.9

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
      learned: learnedWords(
        base.findings,
        evidence.slice(noted, thought.known).filter(({ certainty }) => certainty >= leastCertain),
      ),
      suspected: thought.suspected.map(name),
      next: thought.next,
    })
    noted = thought.known
    return { ...turn, note }
  })
}

/** A transcript of someone else's consultation holds no notes: a quarter of the dialogues begin without. */
export function drawNotesFrom(random: Random, { turns }: GeneratedDialogue): number {
  return random.uniform() < 0.75 ? 0 : random.below(turns.length)
}
