/** LoRA adapters (Hu 2021) as PEFT saves them, merged into the weights they were trained for. */
import type { ByteSource } from '../core/bytes.ts'
import { fail } from '../core/failure.ts'
import { damaged, unsupported } from './bounded-reader.ts'
import { isRecord, parseJson } from './json.ts'
import { limits } from './limits.ts'
import { readSafetensors } from './safetensors.ts'
import type { Weights } from './shapes.ts'
import { type Placed, storedWeights } from './stored-weights.ts'

export interface AdapterFiles {
  /** Text of adapter_config.json. */
  readonly config: string
  /** adapter_model.safetensors. */
  readonly weights: ByteSource
}

/** Low-rank updates: the weight called `target` grows by scale * b a. */
export interface Adapter {
  readonly updates: ReadonlyMap<string, LowRankUpdate>
}

interface LowRankUpdate {
  readonly scale: number
  /** [rank, inputs] */
  readonly a: Float32Array
  /** [outputs, rank] */
  readonly b: Float32Array
  readonly rank: number
  readonly outputs: number
  readonly inputs: number
}

const prefix = 'base_model.model.'

/**
 * Reads an adapter. Throws a FailureError: `model-invalid` for damaged files, `model-unsupported` for kinds
 * of adapters that change more than weight matrices (DoRA, saved modules, biases).
 */
export function openAdapter({ config: text, weights: source }: AdapterFiles): Adapter {
  const config = parseJson(text, 'adapter_config.json')
  if (config['peft_type'] !== 'LORA') unsupported('peft_type', `is "${String(config['peft_type'])}"`)
  if (config['use_dora'] === true) unsupported('use_dora', 'is on')
  if (config['fan_in_fan_out'] === true) unsupported('fan_in_fan_out', 'is on')
  const stored = new Map<string, Placed>()
  for (const tensor of readSafetensors(source).tensors)
    stored.set(tensor.name, { ...tensor, source, interleavedHeads: null })
  const weights = storedWeights(stored)
  const updates = new Map<string, LowRankUpdate>()
  for (const name of weights.names) {
    const [, module, side] = /^base_model\.model\.(.+)\.lora_([AB])\.weight$/.exec(name) ?? []
    if (module === undefined) unsupported(`tensor "${name}"`, 'is not a low-rank update of a matrix')
    if (side === 'B') {
      if (!stored.has(`${prefix}${module}.lora_A.weight`)) damaged(`tensor "${name}"`, 'has no counterpart')
      continue
    }
    updates.set(
      `${module}.weight`,
      readUpdate(weights, `${prefix}${module}`, stored, scaleOf(config, module)),
    )
  }
  return { updates }
}

function readUpdate(
  weights: Weights,
  module: string,
  stored: ReadonlyMap<string, Placed>,
  scaleFor: (rank: number) => number,
): LowRankUpdate {
  const nameA = `${module}.lora_A.weight`
  const nameB = `${module}.lora_B.weight`
  if (!stored.has(nameB)) damaged(`tensor "${nameA}"`, 'has no counterpart')
  const [rank = 0, inputs] = weights.shape(nameA)
  const [outputs = 0, rankB] = weights.shape(nameB)
  if (inputs === undefined || rankB !== rank)
    return damaged(`tensor "${nameA}"`, 'does not fit its counterpart')
  if (rank > limits.adapterRank) damaged(`tensor "${nameA}"`, `has the rank ${rank}`)
  return {
    scale: scaleFor(rank),
    a: weights.rows(nameA, 0, rank),
    b: weights.rows(nameB, 0, outputs),
    rank,
    outputs,
    inputs,
  }
}

/** alpha / r, with PEFT's per-module patterns; rank-stabilised adapters divide by sqrt(r). */
function scaleOf(config: Readonly<Record<string, unknown>>, module: string): (rank: number) => number {
  return (rank) => {
    const declared = patterned(config['rank_pattern'], module) ?? config['r']
    if (declared !== rank) damaged('r', `is ${String(declared)} where the matrices of ${module} have ${rank}`)
    const alpha = patterned(config['alpha_pattern'], module) ?? config['lora_alpha']
    if (typeof alpha !== 'number' || !Number.isFinite(alpha)) return damaged('lora_alpha', 'is not a number')
    return alpha / (config['use_rslora'] === true ? Math.sqrt(rank) : rank)
  }
}

function patterned(patterns: unknown, module: string): unknown {
  if (!isRecord(patterns)) return undefined
  return Object.entries(patterns).find(
    ([pattern]) => module === pattern || module.endsWith(`.${pattern}`),
  )?.[1]
}

/** The weights with the adapter added in float32, row by row as they are asked for. */
export function mergedWeights(weights: Weights, adapter: Adapter): Weights {
  const known = new Set(weights.names)
  for (const [name, { outputs, inputs }] of adapter.updates) {
    const shape = known.has(name) ? weights.shape(name) : []
    if (shape.length !== 2 || shape[0] !== outputs || shape[1] !== inputs)
      fail(
        'model-invalid',
        `The adapter does not fit this model: it changes ${name.slice(0, 120)} with ${outputs} x ${inputs} weights. Choose the model that it was trained for.`,
        { field: name.slice(0, 120) },
      )
  }
  return {
    ...weights,
    rows: (name, first, count) => {
      const rows = weights.rows(name, first, count)
      const update = adapter.updates.get(name)
      if (update) addUpdate(rows, update, first, count)
      return rows
    },
  }
}

function addUpdate(
  rows: Float32Array,
  { scale, a, b, rank, inputs }: LowRankUpdate,
  first: number,
  count: number,
): void {
  const sum = new Float64Array(inputs)
  for (let r = 0; r < count; r++) {
    sum.fill(0)
    for (let k = 0; k < rank; k++) {
      const factor = scale * (b[(first + r) * rank + k] as number)
      for (let i = 0; i < inputs; i++) sum[i] = (sum[i] as number) + factor * (a[k * inputs + i] as number)
    }
    for (let i = 0; i < inputs; i++)
      rows[r * inputs + i] = (rows[r * inputs + i] as number) + (sum[i] as number)
  }
}
