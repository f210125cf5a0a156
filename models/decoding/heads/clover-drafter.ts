/**
 * Guesses by Clover's heads. The Augmenting Block runs once over what was accepted since; then the recurrent
 * head goes from the likeliest guesses one token further at a time, as long as that is worth its time.
 */
import type { Conversation } from '../conversation.ts'
import { DraftTree } from '../draft-tree.ts'
import type { DraftBudget, Drafter } from '../drafter.ts'
import { Calibration } from './calibration.ts'
import type { CloverGraph, Guesses } from './head-graphs.ts'
import type { DraftMemory } from './draft-memory.ts'

/** Positions per run of the block, when it catches up with a prompt. */
const blockRows = 128
/** Most guesses from which one run goes on. */
const mostBeams = 4
/** Children of a row that are worth a look at all. */
const leastLikelihood = 0.015
/** Guesses per row from which calibration learns. */
const learned = 3
/** Weight of a new measurement. */
const rate = 0.1
/** Assumed until measured, ms. */
const assumedMs = 0.4

/** What one run said of the tokens after a row, as believed. */
interface Expanded {
  readonly tokens: readonly number[]
  readonly chances: readonly number[]
}

export interface CloverLearned {
  readonly calibration: Calibration
  /** Per number of beams less one, ms of a run of the recurrent head. */
  readonly beamMs: (number | undefined)[]
  /** Per depth and place among siblings, how likely a guess is given its parent. */
  readonly shares: number[][]
}

/** What is learned over all replies of a model. */
export const nothingLearned = (): CloverLearned => ({
  calibration: new Calibration(),
  beamMs: [],
  shares: [],
})

export class CloverDrafter implements Drafter {
  readonly #graph: CloverGraph
  readonly #learned: CloverLearned
  readonly #clock: () => number
  #conversation: Conversation | null = null
  #pending = -1
  /** Of the last proposal: its tree and what was said at each row that was gone on from. */
  #last: { readonly tree: DraftTree; readonly expanded: ReadonlyMap<number, Expanded> } | null = null

  /** @param clock milliseconds since some fixed time */
  constructor(graph: CloverGraph, learned: CloverLearned, clock: () => number) {
    this.#graph = graph
    this.#learned = learned
    this.#clock = clock
  }

  reset(conversation: Conversation, pending: number): void {
    this.#conversation = conversation
    this.#pending = pending
    this.#last = null
  }

  observe(ids: readonly number[]): void {
    if (this.#last) this.#learn(ids)
    this.#last = null
    this.#pending = ids.at(-1)!
  }

  async propose(budget: DraftBudget): Promise<DraftTree> {
    const started = this.#clock()
    const spent = (): number => this.#clock() - started
    const tree = new DraftTree(this.#pending)
    const expanded = new Map<number, Expanded>()
    this.#last = { tree, expanded }
    const { state, guess } = await this.#catchUp()
    /** Rows that were guessed last, with the recurrent state before each. */
    let leaves = this.#grow(tree, expanded, [0], await this.#graph.rank(guess), state)
    for (let depth = 2; depth <= budget.depth; depth++) {
      const beams = this.#worthwhile(tree, leaves, depth, budget, spent())
      if (beams.length === 0) break
      const before = this.#clock()
      const states = joined(beams.map(({ from }) => from))
      const next = await this.#graph.next(
        states,
        beams.map(({ row }) => tree.tokens[row]!),
      )
      this.#noteRun(beams.length, this.#clock() - before)
      leaves = this.#grow(
        tree,
        expanded,
        beams.map(({ row }) => row),
        next,
        next.states,
      )
    }
    return tree.likeliest(1 + budget.nodes)
  }

  #noteRun(beams: number, ms: number): void {
    const { beamMs } = this.#learned
    const known = beamMs[beams - 1]
    beamMs[beams - 1] = known === undefined ? ms : known + rate * (ms - known)
  }

  /** Runs the block over every token that it has not seen, the pending one following the last. */
  async #catchUp(): Promise<{ state: Float32Array; guess: Float32Array }> {
    const { ids } = this.#conversation!
    const { states, block } = memoryOf(this.#conversation!)
    if (states.length !== ids.length) throw new RangeError(`${states.length} states of ${ids.length} tokens`)
    // The last position is always taken again if it was seen: its state is not kept.
    if (block.length === ids.length) block.truncate(ids.length - 1)
    for (;;) {
      const first = block.length
      const count = Math.min(blockRows, ids.length - first)
      const following = ids.slice(first + 1, first + count + 1)
      if (following.length < count) following.push(this.#pending)
      block.reserve(first + count)
      const { newKeys, newValues, ...last } = await this.#graph.advance(
        states.rows(first, count),
        following,
        block,
      )
      block.append(newKeys, newValues, count)
      if (block.length === ids.length) return last
    }
  }

  /** Adds what was said of the tokens after `rows`; returns the new rows. */
  #grow(
    tree: DraftTree,
    expanded: Map<number, Expanded>,
    rows: readonly number[],
    { perRow, tokens, chances }: Guesses,
    states: Float32Array,
  ): readonly Leaf[] {
    const { width } = this.#graph
    const leaves: Leaf[] = []
    rows.forEach((row, at) => {
      const depth = tree.depths[row]! + 1
      const said = {
        tokens: tokens.slice(at * perRow, (at + 1) * perRow),
        chances: Array.from(chances.subarray(at * perRow, (at + 1) * perRow)),
      }
      expanded.set(row, said)
      const from = states.subarray(at * width, (at + 1) * width)
      const shares = (this.#learned.shares[depth] ??= [])
      said.tokens.forEach((token, place) => {
        const share = this.#learned.calibration.of(depth, said.chances[place]!)
        shares[place] = (shares[place] ?? share) + rate * (share - (shares[place] ?? share))
        const likelihood = tree.likelihoods[row]! * share
        if (likelihood >= leastLikelihood) leaves.push({ row: tree.add(row, token, likelihood), from })
      })
    })
    return leaves
  }

  /** The leaves to go on from: as many as promise most tokens per time, none when stopping promises more. */
  #worthwhile(
    tree: DraftTree,
    leaves: readonly Leaf[],
    depth: number,
    budget: DraftBudget,
    spentMs: number,
  ): readonly Leaf[] {
    const likelihoods = tree.likelihoods
    const order = leaves.toSorted((a, b) => likelihoods[b.row]! - likelihoods[a.row]!)
    const shares = this.#learned.shares[depth] ?? this.#learned.shares[depth - 1] ?? []
    const expected = [...likelihoods]
    let best = 0
    let bestWorth = budget.worth(descending(expected), spentMs)
    for (let beams = 1; beams <= Math.min(mostBeams, order.length); beams++) {
      const parent = likelihoods[order[beams - 1]!.row]!
      for (const share of shares.slice(0, learned)) expected.push(parent * share)
      const worth = budget.worth(
        descending(expected),
        spentMs + (this.#learned.beamMs[beams - 1] ?? assumedMs),
      )
      if (worth > bestWorth) {
        best = beams
        bestWorth = worth
      }
    }
    return order.slice(0, best)
  }

  /** Compares the last proposal with what was chosen, along the path that both share. */
  #learn(ids: readonly number[]): void {
    const { tree, expanded } = this.#last!
    let row: number | null = 0
    for (const id of ids) {
      const said: Expanded | undefined = row === null ? undefined : expanded.get(row)
      if (row === null || !said) return
      const depth = tree.depths[row]! + 1
      for (let place = 0; place < learned; place++)
        this.#learned.calibration.note(depth, said.chances[place]!, said.tokens[place] === id)
      row = tree.childOf(row, id)
    }
  }
}

interface Leaf {
  readonly row: number
  /** Recurrent state from which the row was guessed, [d]. */
  readonly from: Float32Array
}

function memoryOf({
  drafting,
}: Conversation): DraftMemory & { readonly block: NonNullable<DraftMemory['block']> } {
  if (!drafting?.block) throw new RangeError('the conversation keeps nothing for the heads')
  return drafting as DraftMemory & { readonly block: NonNullable<DraftMemory['block']> }
}

const descending = (values: readonly number[]): readonly number[] => values.toSorted((a, b) => b - a)

function joined(rows: readonly Float32Array[]): Float32Array {
  const [only] = rows
  if (only && rows.length === 1) return only
  const width = only!.length
  const all = new Float32Array(rows.length * width)
  rows.forEach((row, at) => all.set(row, at * width))
  return all
}
