/** Draft heads in plain TypeScript whose guesses are right or wrong as a test wants them. */
import { seededRandom } from '../../models/core/random.ts'
import type { CloverGraph, Guesses, MedusaGraph } from '../../models/decoding/heads/head-graphs.ts'
import type { KvCache } from '../../models/decoding/kv-cache.ts'

const perRow = 3
/** Width of TinyDecoder's states. */
const width = 8

/** What the block keeps of one position: numbers that no other state or token gives. */
export const blockRow = (state: ArrayLike<number>, following: number): readonly number[] => [
  Math.fround(state[0]! + following),
  Math.fround(state[1]! * 3 - following),
]

/**
 * Says after every token what `after` says, with `chance` for the first of them. The recurrent state carries
 * where the text is and the tokens guessed so far, so that guesses depend on the path.
 */
export class MadeUpClover implements CloverGraph {
  readonly width = width
  readonly block = { layers: 1, kvHeads: 1, headWidth: 2, contextTokens: 4096 }
  /** Positions of each run of the block, and beams of each run of the recurrent head. */
  readonly runs: { readonly block: number[]; readonly next: number[] } = { block: [], next: [] }
  readonly #after: After
  readonly #chance: number

  constructor(after: After, chance: number) {
    this.#after = after
    this.#chance = chance
  }

  advance(
    states: Float32Array,
    following: readonly number[],
    cache: KvCache,
  ): ReturnType<CloverGraph['advance']> {
    const rows = following.length
    this.runs.block.push(rows)
    const newKeys = new Float32Array(2 * rows)
    const newValues = new Float32Array(2 * rows)
    following.forEach((token, row) => {
      const kept = blockRow(states.subarray(row * width, (row + 1) * width), token)
      kept.forEach((x, i) => {
        newKeys[i * rows + row] = x
        newValues[row * 2 + i] = x
      })
    })
    const state = this.#stateOf({ at: cache.length + rows, path: [following.at(-1)!] })
    return Promise.resolve({ state, guess: state, newKeys: [newKeys], newValues: [newValues] })
  }

  rank(guess: Float32Array): Promise<Guesses> {
    return Promise.resolve(this.#guesses([this.#pathOf(guess)]))
  }

  next(
    states: Float32Array,
    tokens: readonly number[],
  ): Promise<Guesses & { readonly states: Float32Array }> {
    this.runs.next.push(tokens.length)
    const paths = tokens.map((token, row) => {
      const { at, path } = this.#pathOf(states.subarray(row * width, (row + 1) * width))
      return { at, path: [...path, token] }
    })
    const after = new Float32Array(tokens.length * width)
    paths.forEach((path, row) => after.set(this.#stateOf(path), row * width))
    return Promise.resolve({ ...this.#guesses(paths), states: after })
  }

  #stateOf({ at, path }: Path): Float32Array {
    return Float32Array.from({ length: width }, (_, i) => [path.length, at, ...path][i] ?? 0)
  }

  #pathOf(state: Float32Array): Path {
    return { at: state[1]!, path: Array.from(state.subarray(2, 2 + state[0]!)) }
  }

  #guesses(paths: readonly Path[]): Guesses {
    return guesses(
      paths.map(({ path, at }) => this.#after(path, at)),
      this.#chance,
    )
  }
}

/** Guesses after a path of tokens; its first, the pending one, is at place `at` of the text. */
type After = (path: readonly number[], at: number) => readonly number[]

interface Path {
  readonly at: number
  readonly path: readonly number[]
}

export class MadeUpMedusa implements MedusaGraph {
  readonly width = width
  readonly #heads: (state: Float32Array) => readonly (readonly number[])[]
  readonly #chance: number

  /** @param heads per head its guesses from a state */
  constructor(heads: (state: Float32Array) => readonly (readonly number[])[], chance: number) {
    this.#heads = heads
    this.#chance = chance
  }

  guess(state: Float32Array): Promise<Guesses> {
    return Promise.resolve(guesses(this.#heads(state), this.#chance))
  }
}

function guesses(rows: readonly (readonly number[])[], chance: number): Guesses {
  const rest = (1 - chance) / perRow
  return {
    perRow,
    tokens: rows.flatMap((row) => row.slice(0, perRow)),
    chances: Float32Array.from(rows.flatMap(() => [chance, rest, rest / 2])),
  }
}

/** Three different tokens that have nothing to do with the text. */
export function nonsense(seed: number, vocabulary: number): readonly number[] {
  const random = seededRandom(seed)
  const first = random.below(vocabulary)
  return [
    first,
    (first + 1 + random.below(vocabulary - 3)) % vocabulary,
    (first + vocabulary - 1) % vocabulary,
  ]
}
