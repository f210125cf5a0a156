/**
 * A tree of guesses that one step verifies together.
 *
 * Row 0, the root, is the pending token: already chosen, its keys and values not computed yet. Every
 * other row guesses what follows its parent. Rows are numbered in the order in which they are added, so
 * that a parent always comes before its children, and siblings hold different tokens.
 */
export class DraftTree {
  readonly #tokens: number[]
  readonly #parents: number[] = [-1]
  readonly #depths: number[] = [0]
  readonly #likelihoods: number[] = [1]

  /** @param pending id of the root */
  constructor(pending: number) {
    this.#tokens = [pending]
  }

  /** Rows, the root among them; at least 1. */
  get rows(): number {
    return this.#tokens.length
  }

  /** Token id per row. */
  get tokens(): readonly number[] {
    return this.#tokens
  }

  /** Distance from the root per row: the row's position is that of the root plus this. */
  get depths(): readonly number[] {
    return this.#depths
  }

  /** Per row the drafter's estimate of the probability that the row is accepted, 0..1; 1 at the root. */
  get likelihoods(): readonly number[] {
    return this.#likelihoods
  }

  /**
   * Adds a guess.
   *
   * @param parent a row of the tree; a RangeError otherwise
   * @param likelihood probability that this row is accepted, at most its parent's
   * @returns its row; that of the same guess if the parent has it already
   */
  add(parent: number, token: number, likelihood: number): number {
    if (!(parent >= 0 && parent < this.rows)) throw new RangeError(`row ${parent} is not in the tree`)
    const known = this.childOf(parent, token)
    if (known !== null) return known
    this.#tokens.push(token)
    this.#parents.push(parent)
    this.#depths.push(this.#depths[parent]! + 1)
    this.#likelihoods.push(Math.min(likelihood, this.#likelihoods[parent]!))
    return this.rows - 1
  }

  /** The row that guesses `token` after `parent`; null when none does. */
  childOf(parent: number, token: number): number | null {
    for (let row = parent + 1; row < this.rows; row++)
      if (this.#parents[row] === parent && this.#tokens[row] === token) return row
    return null
  }

  /** Rows that guess what follows `row`, in order. */
  childrenOf(row: number): readonly number[] {
    return this.#parents.flatMap((parent, child) => (parent === row ? [child] : []))
  }

  /** Whether `row` attends to `other`: itself and its ancestors, nothing else. */
  sees(row: number, other: number): boolean {
    let at = row
    while (at > other) at = this.#parents[at]!
    return at === other
  }

  /** The rows from the root to `row`, both included. */
  pathTo(row: number): readonly number[] {
    const path: number[] = []
    for (let at = row; at >= 0; at = this.#parents[at]!) path.unshift(at)
    return path
  }

  /**
   * The `rows` likeliest rows as a tree of their own, likeliest first; the root is always among them.
   * A row is no likelier than its parent, so what is kept is connected.
   */
  likeliest(rows: number): DraftTree {
    const order = Array.from(this.#tokens.keys())
    order.sort((a, b) => this.#likelihoods[b]! - this.#likelihoods[a]! || a - b)
    const kept = new DraftTree(this.#tokens[0]!)
    const rowIn = new Map([[0, 0]])
    for (const row of order) {
      if (kept.rows >= rows) break
      if (row === 0) continue
      const parent = rowIn.get(this.#parents[row]!)!
      rowIn.set(row, kept.add(parent, this.#tokens[row]!, this.#likelihoods[row]!))
    }
    return kept
  }
}
