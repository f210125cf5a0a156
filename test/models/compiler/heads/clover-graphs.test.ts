import { describe, expect, it } from 'vitest'
import { type GraphTensor, type OnnxSession, tensor } from '../../../../electron/inference/onnx.ts'
import { fillMask } from '../../../../models/compiler/index.ts'
import { fixtureJson, floatsFrom } from '../../../support/models/compiler-fixtures.ts'
import { fixtureHeads, headsModel, openHeadGraph } from '../../../support/models/open-heads.ts'
import { furthest } from '../../../support/models/run-graph.ts'

const raw = fixtureJson('heads/expected.json') as Readonly<Record<string, string>> & {
  readonly following: readonly number[]
  readonly guesses: readonly number[]
}
const expected = (name: string): Float32Array => floatsFrom(raw[name]!)

const heads = fixtureHeads('clover')
const { header } = headsModel()
const d = header.width
const draft = heads.draftIds.length
const placeOf = (id: number): bigint => {
  const place = heads.draftIds.indexOf(id)
  return BigInt(place < 0 ? draft : place)
}
const rowOf = (all: Float32Array, row: number, width: number): Float32Array =>
  all.subarray(row * width, (row + 1) * width)

/** Positions `first`.. of the fixture, after past keys and values. */
async function runBlock(
  session: OnnxSession,
  first: number,
  count: number,
  past: readonly Float32Array[] = [],
): Promise<{ state: Float32Array; guess: Float32Array; cache: Float32Array[] }> {
  const { kvHeads, headWidth } = header
  const rows = first
  const mask = new Float32Array(count * (rows + count))
  fillMask(mask, count, rows, rows)
  const feeds: Record<string, GraphTensor> = {
    states: tensor(expected('states').slice(first * d, (first + count) * d), [count, d]),
    ids: tensor(BigInt64Array.from(raw.following.slice(first, first + count), placeOf), [1, count]),
    positions: tensor(
      BigInt64Array.from({ length: count }, (_, i) => BigInt(first + i)),
      [1, count],
    ),
    mask: tensor(mask, [count, rows + count]),
  }
  const empty = new Float32Array(0)
  for (let layer = 0; layer < heads.layers; layer++) {
    const [keys = empty, values = empty] = past.slice(2 * layer)
    feeds[`past_key_${layer}`] = tensor(keys, [kvHeads, 1, headWidth, rows])
    feeds[`past_value_${layer}`] = tensor(values, [kvHeads, 1, rows, headWidth])
  }
  const names = Array.from({ length: heads.layers }, (_, l) => [`new_key_${l}`, `new_value_${l}`]).flat()
  const outputs = await session.run(feeds, ['state', 'guess', ...names])
  const floats = (name: string): Float32Array => outputs[name]!.data as Float32Array
  return { state: floats('state'), guess: floats('guess'), cache: names.map(floats) }
}

interface Guesses {
  readonly tokens: readonly number[]
  readonly chances: Float32Array
  readonly next: Float32Array
}

async function runGuess(
  session: OnnxSession,
  states: Float32Array,
  ids: readonly number[],
  given: Float32Array | null,
): Promise<Guesses> {
  const rows = ids.length
  const outputs = await session.run(
    {
      states: tensor(states, [rows, d]),
      ids: tensor(BigInt64Array.from(ids, placeOf), [1, rows]),
      ready: tensor(new Uint8Array(rows).fill(given ? 1 : 0), [rows, 1]),
      given: tensor(given ?? new Float32Array(rows * d), [rows, d]),
    },
    ['tokens', 'chances', 'next'],
  )
  return {
    tokens: Array.from(outputs['tokens']!.data as BigInt64Array, Number),
    chances: outputs['chances']!.data as Float32Array,
    next: outputs['next']!.data as Float32Array,
  }
}

/** The likeliest of all chances, and whether the graph's row names them. */
function expectLikeliest(guesses: Guesses, row: number, all: Float32Array, tolerance: number): void {
  const order = [...all.keys()].sort((a, b) => all[b]! - all[a]!)
  for (let k = 0; k < 8; k++) {
    const chance = guesses.chances[row * 8 + k]!
    expect(Math.abs(chance - all[order[k]!]!)).toBeLessThan(tolerance)
    expect(Math.abs(chance - all[guesses.tokens[row * 8 + k]!]!)).toBeLessThan(tolerance)
  }
}

describe('the Augmenting Block as compiled', () => {
  it('says what PyTorch says of every position, from all of them at once', async () => {
    const session = await openHeadGraph('block', heads, headsModel(), 'f32')
    for (let count = 1; count <= 6; count++) {
      const { state, guess } = await runBlock(session, 0, count)
      expect(furthest(state, rowOf(expected('state'), count - 1, d))).toBeLessThan(2e-5)
      expect(furthest(guess, rowOf(expected('first'), count - 1, d))).toBeLessThan(5e-5)
    }
    await session.dispose()
  })

  it('goes on from its own keys and values', async () => {
    const session = await openHeadGraph('block', heads, headsModel(), 'f32')
    const { cache } = await runBlock(session, 0, 4)
    const { state } = await runBlock(session, 4, 2, cache)
    expect(furthest(state, rowOf(expected('state'), 5, d))).toBeLessThan(2e-5)
    await session.dispose()
  })

  it('stays close when its weights are int8', async () => {
    const session = await openHeadGraph('block', heads, headsModel(), 'fast')
    const { guess } = await runBlock(session, 0, 6)
    const reference = rowOf(expected('first'), 5, d)
    const size = Math.max(...reference.map(Math.abs))
    expect(furthest(guess, reference) / size).toBeLessThan(0.1)
    await session.dispose()
  })
})

describe('the recurrent head as compiled', () => {
  it('ranks the first guesses as PyTorch does', async () => {
    const session = await openHeadGraph('guess', heads, headsModel(), 'f32')
    const first = expected('first')
    const guesses = await runGuess(
      session,
      new Float32Array(2 * d),
      [raw.guesses[0]!, 4],
      first.slice(4 * d, 6 * d),
    )
    for (const row of [0, 1])
      expectLikeliest(guesses, row, rowOf(expected('firstChances'), 4 + row, draft), 1e-5)
    await session.dispose()
  })

  it('goes one step further from each state and token, and ranks what follows', async () => {
    const session = await openHeadGraph('guess', heads, headsModel(), 'f32')
    const state = expected('state')
    const states = Float32Array.from([5, 5, 3].flatMap((row) => [...rowOf(state, row, d)]))
    const guesses = await runGuess(session, states, raw.guesses, null)
    expect(furthest(guesses.next, expected('after'))).toBeLessThan(2e-5)
    for (const row of [0, 1, 2])
      expectLikeliest(guesses, row, rowOf(expected('afterChances'), row, draft), 1e-5)
    // The guesses know which token they follow.
    const swapped = await runGuess(session, states, raw.guesses.toReversed(), null)
    expect(furthest(swapped.chances, guesses.chances)).toBeGreaterThan(1e-3)
    await session.dispose()
  })
})

describe('Medusa as compiled', () => {
  it('ranks the guesses of every head as PyTorch does', async () => {
    const medusa = fixtureHeads('medusa')
    const session = await openHeadGraph('guess', medusa, headsModel(), 'f32')
    const outputs = await session.run({ states: tensor(rowOf(expected('states'), 5, d).slice(), [1, d]) }, [
      'tokens',
      'chances',
    ])
    const guesses = {
      tokens: Array.from(outputs['tokens']!.data as BigInt64Array, Number),
      chances: outputs['chances']!.data as Float32Array,
      next: new Float32Array(0),
    }
    expect(guesses.tokens.length).toBe(medusa.count * 8)
    for (let head = 0; head < medusa.count; head++)
      expectLikeliest(guesses, head, rowOf(expected('medusaChances'), head, draft), 1e-5)
    await session.dispose()
  })
})
