/** A doctor's words to what was just heard, another one than the last few times. */
import type { Random } from '../../core/random.ts'
import { courtesyTo, type Heard } from '../courtesy/courtesy.ts'
import { pick } from './simulated-person.ts'

/** How often a turn opens with such a word although nothing asks for it, 0..1. */
const politeShare = 0.55
/** Words that are not used again at once. */
const mostRecent = 6

export class Manners {
  readonly #random: Random
  readonly #recent: string[] = []

  constructor(random: Random) {
    this.#random = random
  }

  /** The text after a word to what was heard, where fear or a question asks for one, and often where nothing does. */
  politely(text: string, heard: string, last: Heard | null): string {
    const word = this.word(heard, this.#random.uniform() < politeShare ? last : null)
    return word === '' ? text : `${word} ${text}`
  }

  /** @param last what the turn before was, for a word that nothing asks for; null for none of that kind */
  word(heard: string, last: Heard | null): string {
    return courtesyTo(
      heard,
      (wordings) => {
        const fresh = wordings.filter((each) => !this.#recent.includes(each))
        const chosen = pick(this.#random, fresh.length > 0 ? fresh : wordings)
        this.#recent.push(chosen)
        if (this.#recent.length > mostRecent) this.#recent.shift()
        return chosen
      },
      last ?? 'unacknowledged',
    )
  }
}
