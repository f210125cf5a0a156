/** Takes a model's notes of what was learned, by the rules that read a dialogue; what to make of it stays the model's. */
import type { Evidence } from '../../knowledge/belief.ts'
import type { KnowledgeBase, Person } from '../../knowledge/knowledge-base.ts'
import type { DialogueTurn } from '../../dialogue/dialogue.ts'
import { learnedWords, writeNote } from '../../dialogue/doctor-note.ts'
import type { Visit } from './doctor.ts'

export type Hear = (turns: readonly DialogueTurn[], person: Person) => readonly Evidence[]

/** What is less certain is not noted. */
const leastCertain = 0.7

export class NoteTaker {
  readonly #base: KnowledgeBase
  readonly #hear: Hear

  constructor(base: KnowledgeBase, hear: Hear) {
    this.#base = base
    this.#hear = hear
  }

  /** The beginning of the note before the coming turn: which turn it is, and what is known only now. */
  noted(turns: readonly DialogueTurn[], { person, budget }: Visit): string {
    const before = turns.slice(0, turns.findLastIndex(({ speaker }) => speaker === 'doctor') + 1)
    const known = new Set(this.#certain(before, person).map(keyOf))
    const fresh = this.#certain(turns, person).filter((item) => !known.has(keyOf(item)))
    return writeNote({
      turn: turns.filter(({ speaker }) => speaker === 'doctor').length + 1,
      budget,
      learned: learnedWords(this.#base.findings, fresh),
      suspected: [],
      next: null,
    })
  }

  #certain(turns: readonly DialogueTurn[], person: Person): readonly Evidence[] {
    return this.#hear(turns, person).filter(({ certainty }) => certainty >= leastCertain)
  }
}

const keyOf = ({ finding, present }: Evidence): string => `${finding}:${String(present)}`
