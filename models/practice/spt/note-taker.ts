/** Takes a model's notes of what was learned, by the rules that read a dialogue; what to make of it stays the model's. */
import type { Evidence } from '../../knowledge/belief.ts'
import type { KnowledgeBase, Person } from '../../knowledge/knowledge-base.ts'
import type { DialogueTurn } from '../../dialogue/dialogue.ts'
import { learnedWords } from '../../dialogue/doctor-note.ts'

export type Hear = (turns: readonly DialogueTurn[], person: Person) => readonly Evidence[]

/** What is less certain is not noted. */
const leastCertain = 0.7
/** The most findings that are looked at together, the latest first to stay. */
const mostTogether = 12

export class NoteTaker {
  readonly #base: KnowledgeBase
  readonly #hear: Hear

  constructor(base: KnowledgeBase, hear: Hear) {
    this.#base = base
    this.#hear = hear
  }

  /** What is known only since the doctor's last turn, in words. */
  learned(turns: readonly DialogueTurn[], person: Person): readonly string[] {
    const before = turns.slice(0, turns.findLastIndex(({ speaker }) => speaker === 'doctor') + 1)
    const known = new Set(this.#certain(before, person).map(keyOf))
    const fresh = this.#certain(turns, person).filter((item) => !known.has(keyOf(item)))
    return learnedWords(this.#base.findings, fresh)
  }

  /** Everything that is known, in words: what is there, then what was denied. */
  known(turns: readonly DialogueTurn[], person: Person): readonly string[] {
    const certain = this.#certain(turns, person).toSorted((a, b) => Number(a.present) - Number(b.present))
    return learnedWords(this.#base.findings, certain.slice(-mostTogether), mostTogether)
  }

  #certain(turns: readonly DialogueTurn[], person: Person): readonly Evidence[] {
    return this.#hear(turns, person).filter(({ certainty }) => certainty >= leastCertain)
  }
}

const keyOf = ({ finding, present }: Evidence): string => `${finding}:${String(present)}`
