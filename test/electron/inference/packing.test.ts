import { existsSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { compileModel } from '../../../electron/inference/compile-model.ts'
import { weightsFile } from '../../../electron/inference/compiled-cache.ts'
import { openGguf } from '../../../electron/inference/model-files.ts'
import { canStorePacked } from '../../../electron/inference/packing.ts'
import { engineRig, never, quiet } from '../../support/engine-rig.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const oddVocabulary = fileURLToPath(
  new URL('../../models/compiler/fixtures/llama-tied/model.gguf', import.meta.url),
)

describe('storing weights packed', () => {
  it('is left where a vector of odd length would move small matrices', () => {
    expect(canStorePacked([576, 192, 1536, 49_152], 576 * 192)).toBe(true)
    expect(canStorePacked([576, 192, 1536, 49_153], 576 * 192)).toBe(false)
    expect(canStorePacked([4096, 1024, 14_336, 128_257], 4096 * 1024)).toBe(true)
  })

  it.runIf(existsSync('/dev/full'))('says that the disk is full when it fills up meanwhile', async () => {
    using folder = temporaryFolder()
    // Takes no byte, as a disk without room: only ONNX Runtime writes there.
    symlinkSync('/dev/full', join(folder.path, weightsFile))
    using opened = openGguf([oddVocabulary])
    await expect(
      compileModel(opened.model, folder.path, {
        precision: 'f32',
        adapter: null,
        weightLimit: 127,
        threads: 1,
        onProgress: quiet,
        cancellation: never,
      }),
    ).rejects.toMatchObject({ failure: { code: 'disk-full' } })
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
