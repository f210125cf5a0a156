import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { OnnxSession, tensor } from '../../../electron/inference/onnx.ts'

interface Reference {
  readonly shape: readonly [number, number, number, number]
  readonly low: number
  readonly high: number
  readonly outputs: readonly {
    readonly node: string
    readonly length: number
    readonly every: number
    readonly values: readonly number[]
  }[]
}

const references = JSON.parse(
  readFileSync(new URL('fixtures/face-networks.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, Reference>>

/** What each of the original runtime's outputs is called in ours, and the error that is allowed. */
const outputs: Readonly<Record<string, Readonly<Record<string, readonly [name: string, error: number]>>>> = {
  // Boxes are in pixels of the 256 x 256 input; scores are logits of up to 1,000.
  blazeface: {
    'Identity:0': ['scores_far', 2e-3],
    'Identity_1:0': ['scores_near', 2e-3],
    'Identity_2:0': ['boxes_far', 1e-3],
    'Identity_3:0': ['boxes_near', 1e-3],
  },
  facemesh: { output_mesh: ['output_mesh', 1e-3], output_faceflag: ['output_faceflag', 1e-5] },
  emotion: { 'Identity:0': ['probabilities', 1e-5] },
  expression: { probabilities: ['probabilities', 1e-5] },
}

/** The smooth pattern of models/training/face/reference.mjs. */
function pattern({ shape, low, high }: Reference): Float32Array {
  const [, height, width, channels] = shape
  return Float32Array.from({ length: height * width * channels }, (_, index) => {
    const channel = index % channels
    const x = Math.floor(index / channels) % width
    const y = Math.floor(index / channels / width)
    const value =
      0.5 + 0.25 * Math.sin(x * 0.11 + channel) + 0.25 * Math.cos(y * 0.07 - channel * 0.5 + x * 0.013)
    return low + (high - low) * value
  })
}

describe('the face networks', () => {
  it.each(Object.keys(outputs))('%s answers as in its original runtime', async (network) => {
    const reference = references[network]!
    const path = new URL(`../../../resources/models/face/${network}.onnx`, import.meta.url).pathname
    const session = await OnnxSession.open(path, { threads: 1, prepacked: false })
    const named = outputs[network]!
    const answers = await session.run(
      { [session.inputNames[0]!]: tensor(pattern(reference), reference.shape) },
      Object.values(named).map(([name]) => name),
    )
    let compared = 0
    for (const { node, length, every, values } of reference.outputs) {
      const [name, allowed] = named[node] ?? []
      if (name === undefined || allowed === undefined) continue
      const data = answers[name]!.data as Float32Array
      expect(data.length).toBe(length)
      const worst = Math.max(...values.map((value, index) => Math.abs(value - data[index * every]!)))
      expect(worst, `${network} ${name}`).toBeLessThanOrEqual(allowed)
      compared += 1
    }
    expect(compared).toBe(Object.keys(named).length)
  })
})
