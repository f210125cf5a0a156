/**
 * Heads and look-up together: where the text repeats itself the look-up knows better and costs nothing;
 * elsewhere the heads guess. Their trees become one, each guess as likely as the surer of the two says.
 */
import type { Conversation } from './conversation.ts'
import { DraftTree } from './draft-tree.ts'
import type { DraftBudget, Drafter } from './drafter.ts'

/** Weight of a new measurement. */
const rate = 0.1
/** Steps after which the costly one is asked again, however little it was worth. */
const askedEvery = 12

export class JointDrafter implements Drafter {
  readonly #free: Drafter
  readonly #costly: Drafter
  readonly #clock: () => number
  /** What the costly one's trees were worth lately; null before it has shown. */
  #recentWorth: number | null = null
  #unasked = 0
  #started = false

  /**
   * @param free guesses in no time
   * @param costly is asked where that is not enough
   * @param clock milliseconds since some fixed time
   */
  constructor(free: Drafter, costly: Drafter, clock: () => number) {
    this.#free = free
    this.#costly = costly
    this.#clock = clock
  }

  reset(conversation: Conversation, pending: number): void {
    this.#started = false
    this.#free.reset(conversation, pending)
    this.#costly.reset(conversation, pending)
  }

  observe(ids: readonly number[]): void {
    this.#free.observe(ids)
    this.#costly.observe(ids)
  }

  async propose(budget: DraftBudget): Promise<DraftTree> {
    const known = await this.#free.propose(budget)
    const enough = this.#recentWorth !== null && budget.worth(known.likelihoods, 0) > this.#recentWorth
    if (enough && ++this.#unasked < askedEvery) return known
    this.#unasked = 0
    const before = this.#clock()
    const guessed = await this.#costly.propose(budget)
    const worth = budget.worth(guessed.likelihoods, this.#clock() - before)
    // The first time heads read the whole prompt, which says nothing of later times.
    if (this.#started)
      this.#recentWorth =
        this.#recentWorth === null ? worth : this.#recentWorth + rate * (worth - this.#recentWorth)
    this.#started = true
    return known.rows === 1 ? guessed : merged(known, guessed).likeliest(1 + budget.nodes)
  }
}

/** Both trees as one; a guess that both make is given the larger share of its parent's likelihood. */
export function merged(a: DraftTree, b: DraftTree): DraftTree {
  const both = new DraftTree(a.tokens[0]!)
  const graft = (into: number, rowA: number | null, rowB: number | null): void => {
    const shares = new Map<number, Shared>()
    for (const [tree, row, side] of [
      [a, rowA, 'a'],
      [b, rowB, 'b'],
    ] as const) {
      if (row === null) continue
      for (const child of tree.childrenOf(row)) {
        const token = tree.tokens[child]!
        const share = tree.likelihoods[child]! / tree.likelihoods[row]!
        const known = shares.get(token)
        shares.set(token, { ...known, [side]: child, share: Math.max(share, known?.share ?? 0) })
      }
    }
    const total = [...shares.values()].reduce((sum, { share }) => sum + share, 0)
    for (const [token, { share, a: childA, b: childB }] of shares) {
      const likelihood = (both.likelihoods[into]! * share) / Math.max(1, total)
      graft(both.add(into, token, likelihood), childA ?? null, childB ?? null)
    }
  }
  graft(0, 0, 0)
  return both
}

interface Shared {
  readonly share: number
  readonly a?: number
  readonly b?: number
}
