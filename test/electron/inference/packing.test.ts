import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { canStorePacked } from '../../../electron/inference/packing.ts'
import { engineRig, never, quiet } from '../../support/engine-rig.ts'

const oddVocabulary = fileURLToPath(
  new URL('../../models/compiler/fixtures/llama-tied/model.gguf', import.meta.url),
)

describe('storing weights packed', () => {
  it('is left where a vector of odd length would move small matrices', () => {
    expect(canStorePacked([576, 192, 1536, 49_152], 576 * 192)).toBe(true)
    expect(canStorePacked([576, 192, 1536, 49_153], 576 * 192)).toBe(false)
    expect(canStorePacked([4096, 1024, 14_336, 128_257], 4096 * 1024)).toBe(true)
  })

  it('lets a model with 300 tokens answer in row8 as one token at a time', async () => {
    await using rig = await engineRig()
    const { id } = await rig.models.importModel(oddVocabulary, quiet, never)
    const ask = (decoder: 'plain' | 'lookup') =>
      rig.ask({ model: id, precision: 'row8', decoder, maxTokens: 40 })
    const plain = await ask('plain')
    expect(plain.tokens.length).toBeGreaterThan(0)
    expect((await ask('lookup')).tokens).toEqual(plain.tokens)
  })
})
