import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sentenceEncoderFiles } from '../../../electron/inference/sentence-encoder.ts'
import { textReaderFiles } from '../../../electron/inference/text-reader.ts'
import { resourcesFolder } from '../../../electron/resources.ts'
import { similarity } from '../../../models/embedding/sentence-encoder.ts'
import { strongest } from '../../../models/emotion/reading.ts'
import { engineRig, never, type EngineRig } from '../../support/engine-rig.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

let rig: EngineRig
beforeAll(async () => {
  rig = await engineRig()
})
afterAll(() => rig[Symbol.asyncDispose]())

describe('the text networks of the inference child', () => {
  it('answer through the channel with unit vectors', async () => {
    const [cough, paraphrase, stranger] = await rig.models.embed(
      ['Do you have a cough?', 'Are you coughing?', 'Who drove you here?'],
      never,
    )
    expect(similarity(cough!, cough!)).toBeCloseTo(1, 4)
    expect(similarity(cough!, paraphrase!)).toBeGreaterThan(similarity(cough!, stranger!) + 0.2)
  })

  it('read texts, and say which could not be read', async () => {
    const [glad, nothing] = await rig.models.readTexts(['I am so glad, thank you!', '…'], never)
    expect(glad?.kind === 'reading' && strongest(glad.scores)).toBe('happy')
    expect(nothing).toEqual({ kind: 'missing', modality: 'text', reasons: ['no-words'] })
  })

  it('are refused where a shipped file is missing or was changed, and work once it is back', async () => {
    using folder = temporaryFolder()
    const resources = join(folder.path, 'resources')
    for (const file of ['manifest.json', ...sentenceEncoderFiles, ...textReaderFiles]) {
      mkdirSync(dirname(join(resources, file)), { recursive: true })
      copyFileSync(join(resourcesFolder(), file), join(resources, file))
    }
    const paths = { resources, models: join(folder.path, 'models'), cache: join(folder.path, 'cache') }
    await using own = await engineRig({ paths })
    const named = (files: readonly string[], end: string): string =>
      files.find((file) => file.endsWith(end)) ?? ''
    const network = named(textReaderFiles, '.onnx')
    const tokenizer = named(sentenceEncoderFiles, 'tokenizer.json')
    const [networkBytes, tokenizerBytes] = [network, tokenizer].map((file) =>
      readFileSync(join(resources, file)),
    ) as [Buffer, Buffer]

    const altered = Uint8Array.from(networkBytes)
    altered[altered.length >> 1]! ^= 1
    writeFileSync(join(resources, network), altered)
    await expect(own.models.readTexts(['I am glad.'], never)).rejects.toMatchObject({
      failure: { code: 'resource-altered', details: { file: network } },
    })
    rmSync(join(resources, tokenizer))
    await expect(own.models.embed(['I cough.'], never)).rejects.toMatchObject({
      failure: { code: 'resource-missing', details: { file: tokenizer } },
    })

    writeFileSync(join(resources, network), networkBytes)
    writeFileSync(join(resources, tokenizer), tokenizerBytes)
    expect(await own.models.readTexts(['I am glad.'], never)).toMatchObject([{ kind: 'reading' }])
    expect(await own.models.embed(['I cough.'], never)).toHaveLength(1)
  })
})
