/** Takes a model's notes of what was learned, by the rules that read a dialogue; what to make of it stays the model's. */
import type { Evidence } from '../../knowledge/belief.ts'
import type { KnowledgeBase, Person } from '../../knowledge/knowledge-base.ts'
import type { DialogueTurn } from '../dialogue.ts'
import { surelyHeard, type Heard } from '../guide/heard.ts'
import { learnedWords, leastCertain, listToJudge } from './note.ts'

/** Whoever hears what a dialogue says, the guide for one. */
export interface Attentive {
  attend(turns: readonly DialogueTurn[], person: Person): Promise<Heard>
}

export class NoteTaker {
  readonly #base: KnowledgeBase
  readonly #guide: Attentive

  constructor(base: KnowledgeBase, guide: Attentive) {
    this.#base = base
    this.#guide = guide
  }

  /** What is known only since the doctor's last turn, in words. */
  async learned(turns: readonly DialogueTurn[], person: Person): Promise<readonly string[]> {
    const before = turns.slice(0, turns.findLastIndex(({ speaker }) => speaker === 'doctor') + 1)
    const known = new Set((await this.#certain(before, person)).map(keyOf))
    const fresh = (await this.#certain(turns, person)).filter((item) => !known.has(keyOf(item)))
    return learnedWords(this.#base.findings, fresh)
  }

  /** Everything that is known, in words. */
  async known(turns: readonly DialogueTurn[], person: Person): Promise<readonly string[]> {
    return listToJudge(this.#base.findings, await this.#heard(turns, person))
  }

  async #heard(turns: readonly DialogueTurn[], person: Person): Promise<readonly Evidence[]> {
    return surelyHeard(await this.#guide.attend(turns, person))
  }

  async #certain(turns: readonly DialogueTurn[], person: Person): Promise<readonly Evidence[]> {
    return (await this.#heard(turns, person)).filter(({ certainty }) => certainty >= leastCertain)
  }
}

const keyOf = ({ finding, present }: Evidence): string => `${finding}:${String(present)}`
