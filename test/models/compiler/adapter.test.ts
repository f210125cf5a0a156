import { describe, expect, it } from 'vitest'
import { openAdapter } from '../../../models/compiler/index.ts'
import { mergedWeights } from '../../../models/compiler/adapter.ts'
import { MemorySource } from '../../../models/core/bytes.ts'
import { FailureError } from '../../../models/core/failure.ts'
import {
  everyFifth,
  expectedLogits,
  fixtureBytes,
  fixtureText,
  tinyAdapter,
  tinyGguf,
  tinySafetensors,
} from '../../support/models/compiler-fixtures.ts'
import { furthest, RunningGraph } from '../../support/models/run-graph.ts'

const weights = (): MemorySource => new MemorySource(fixtureBytes('llama-tied/adapter_model.safetensors'))
const config = JSON.parse(fixtureText('llama-tied/adapter_config.json')) as Record<string, unknown>

function failureCode(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (error instanceof FailureError) return error.failure.code
    throw error
  }
  return 'none'
}

describe('a LoRA adapter', () => {
  it.each([tinySafetensors, tinyGguf])(
    'merged before compiling gives the logits of PyTorch',
    async (open) => {
      const { ids, logits } = expectedLogits('llama-tied/expected-adapted.json')
      const plain = expectedLogits('llama-tied/expected.json')
      const options = { precision: 'f32', weightLimit: 127, adapter: tinyAdapter() } as const
      const graph = await RunningGraph.open(open('llama-tied'), options)
      const result = await graph.run({ ids })
      await graph.close()
      logits.forEach((row, index) => {
        expect(furthest(row, everyFifth(result.logits[index] as Float32Array))).toBeLessThan(5e-5)
        expect(furthest(row, plain.logits[index] as Float32Array)).toBeGreaterThan(0.01)
      })
    },
  )

  it('is refused where its matrices have other shapes', () => {
    const { weights: others } = tinySafetensors('qwen3')
    expect(failureCode(() => mergedWeights(others, tinyAdapter()))).toBe('model-invalid')
  })

  it('must say its rank and alpha as its matrices have them', () => {
    for (const wrong of [{ r: 8 }, { lora_alpha: 'eight' }, { lora_alpha: null }])
      expect(
        failureCode(() =>
          openAdapter({ config: JSON.stringify({ ...config, ...wrong }), weights: weights() }),
        ),
      ).toBe('model-invalid')
  })

  it('of a kind that changes more than matrices is refused', () => {
    for (const kind of [{ peft_type: 'IA3' }, { use_dora: true }, { fan_in_fan_out: true }])
      expect(
        failureCode(() =>
          openAdapter({ config: JSON.stringify({ ...config, ...kind }), weights: weights() }),
        ),
      ).toBe('model-unsupported')
  })
})
