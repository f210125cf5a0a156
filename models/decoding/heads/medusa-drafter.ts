/** Guesses by Medusa's heads: each knows its distance ahead and nothing of the others' guesses. */
import type { Conversation } from '../conversation.ts'
import { DraftTree } from '../draft-tree.ts'
import type { DraftBudget, Drafter } from '../drafter.ts'
import type { Calibration } from './calibration.ts'
import type { Guesses, MedusaGraph } from './head-graphs.ts'

/** Guesses per head from which calibration learns. */
const learned = 3

export class MedusaDrafter implements Drafter {
  readonly #graph: MedusaGraph
  readonly #calibration: Calibration
  #conversation: Conversation | null = null
  #pending = -1
  #last: Guesses | null = null

  constructor(graph: MedusaGraph, calibration: Calibration) {
    this.#graph = graph
    this.#calibration = calibration
  }

  reset(conversation: Conversation, pending: number): void {
    this.#conversation = conversation
    this.#pending = pending
    this.#last = null
  }

  observe(ids: readonly number[]): void {
    this.#learn(ids)
    this.#last = null
    this.#pending = ids.at(-1)!
  }

  async propose({ nodes, depth }: DraftBudget): Promise<DraftTree> {
    const tree = new DraftTree(this.#pending)
    const { drafting } = this.#conversation!
    if (!drafting) throw new RangeError('the conversation keeps nothing for the heads')
    const said = await this.#graph.guess(drafting.states.rows(drafting.states.length - 1, 1))
    this.#last = said
    const heads = Math.min(depth, said.tokens.length / said.perRow)
    /** Guesses that could come next: the likeliest not yet taken of each head after each row. */
    const open: Open[] = []
    const offer = (parent: number, head: number, place: number): void => {
      if (head >= heads || place >= said.perRow) return
      const share = this.#calibration.of(head + 1, said.chances[head * said.perRow + place]!)
      open.push({ parent, head, place, likelihood: tree.likelihoods[parent]! * share })
    }
    offer(0, 0, 0)
    while (tree.rows <= nodes && open.length > 0) {
      let likeliest = 0
      for (let i = 1; i < open.length; i++)
        if (open[i]!.likelihood > open[likeliest]!.likelihood) likeliest = i
      const { parent, head, place, likelihood } = open.splice(likeliest, 1)[0]!
      const row = tree.add(parent, said.tokens[head * said.perRow + place]!, likelihood)
      offer(parent, head, place + 1)
      offer(row, head + 1, 0)
    }
    return tree.likeliest(1 + nodes)
  }

  #learn(ids: readonly number[]): void {
    const said = this.#last
    if (!said) return
    for (const [head, id] of ids.entries()) {
      const first = head * said.perRow
      if (first >= said.tokens.length) return
      for (let place = 0; place < learned; place++)
        this.#calibration.note(head + 1, said.chances[first + place]!, said.tokens[first + place] === id)
      if (!said.tokens.slice(first, first + said.perRow).includes(id)) return
    }
  }
}

interface Open {
  readonly parent: number
  readonly head: number
  readonly place: number
  readonly likelihood: number
}
