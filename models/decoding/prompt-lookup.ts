/**
 * Guesses by looking the last tokens up in the text so far, prompt and reply alike: where the same words
 * stood before, what followed them then may follow now (prompt lookup; the idea of A. Saxena's
 * prompt-lookup decoding, 2023). Costs no model and pays where a reply repeats its prompt, as notes do.
 *
 * Every pair of neighbouring tokens leads to its last occurrence, and each occurrence to the one before,
 * as in the hash chains of LZ77 compressors; a lookup follows a bounded number of them.
 */
import type { Conversation } from './conversation.ts'
import { DraftTree } from './draft-tree.ts'
import type { DraftBudget, Drafter } from './drafter.ts'

/** Tokens that a match needs at least; one alone foretells nothing. */
const fewestMatched = 2
/** Matches are compared up to this many tokens. */
const mostMatched = 16
/** Occurrences of a pair that one lookup follows. */
const mostOccurrences = 48
/** Matches whose continuations become branches. */
const mostBranches = 4
/** How fast earlier hits and misses are forgotten, per token. */
const forgetting = 0.97
/** Weight, in tokens, of what is assumed before anything was observed. */
const priorWeight = 4

/** One earlier place where the text ended as it does now. */
interface Match {
  /** Index of the token that followed there. */
  readonly next: number
  /** Tokens that agree, `fewestMatched`..`mostMatched`. */
  readonly length: number
}

export class PromptLookup implements Drafter {
  #ids: number[] = []
  /** Pair of ids -> index of the second token of its last occurrence. */
  readonly #last = new Map<number, number>()
  /** Per token, the index at which the pair that ends here occurred before; -1 for none. */
  #before: number[] = []
  /** Per length of match, how often the token that followed it before followed it again. */
  readonly #hits: number[] = []
  readonly #tries: number[] = []

  reset(conversation: Pick<Conversation, 'ids'>, pending: number): void {
    this.#ids = []
    this.#before = []
    this.#last.clear()
    for (let length = 0; length <= mostMatched; length++) {
      this.#tries[length] = priorWeight
      this.#hits[length] = (priorWeight * length) / (length + 3)
    }
    for (const id of conversation.ids) this.#append(id)
    this.#append(pending)
  }

  observe(ids: readonly number[]): void {
    for (const id of ids) {
      const best = this.#matches(1)[0]
      if (best) {
        const hit = this.#ids[best.next] === id ? 1 : 0
        this.#hits[best.length] = this.#hits[best.length]! * forgetting + hit
        this.#tries[best.length] = this.#tries[best.length]! * forgetting + 1
      }
      this.#append(id)
    }
  }

  propose({ nodes, depth }: Pick<DraftBudget, 'nodes' | 'depth'>): Promise<DraftTree> {
    return Promise.resolve(this.#guess(nodes, depth))
  }

  #guess(nodes: number, depth: number): DraftTree {
    const tree = new DraftTree(this.#ids.at(-1)!)
    // Probability that a child of the row is right although none of those added before is.
    const left: number[] = []
    for (const { next, length } of nodes > 0 ? this.#matches(mostBranches) : []) {
      let parent = 0
      for (let ahead = 0; ahead < depth && next + ahead < this.#ids.length; ahead++) {
        const token = this.#ids[next + ahead]!
        const known = tree.childOf(parent, token)
        const share = left[parent] ?? tree.likelihoods[parent]!
        const likelihood = share * this.#chance(Math.min(length + ahead, mostMatched))
        const row = known ?? tree.add(parent, token, likelihood)
        if (known === null) left[parent] = share - likelihood
        parent = row
      }
    }
    return tree.likeliest(1 + nodes)
  }

  /** Probability that a match of `length` tokens goes on as it did before. */
  #chance(length: number): number {
    return this.#hits[length]! / this.#tries[length]!
  }

  /** The longest matches that differ in place, the longest first and the latest first among equals. */
  #matches(count: number): readonly Match[] {
    const end = this.#ids.length - 1
    const found: Match[] = []
    let at = this.#before[end] ?? -1
    for (let seen = 0; at >= 0 && seen < mostOccurrences; seen++, at = this.#before[at]!) {
      let length = fewestMatched
      while (length < mostMatched && length <= at && this.#ids[at - length] === this.#ids[end - length])
        length++
      found.push({ next: at + 1, length })
    }
    return found.sort((a, b) => b.length - a.length || b.next - a.next).slice(0, count)
  }

  #append(id: number): void {
    const index = this.#ids.push(id) - 1
    if (index === 0) {
      this.#before.push(-1)
      return
    }
    const pair = this.#ids[index - 1]! * 0x100_0000 + id
    this.#before.push(this.#last.get(pair) ?? -1)
    this.#last.set(pair, index)
  }
}
