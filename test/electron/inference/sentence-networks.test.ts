import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { similarity } from '../../../models/embedding/sentence-encoder.ts'
import { strongest } from '../../../models/emotion/reading.ts'
import { engineRig, never, type EngineRig } from '../../support/engine-rig.ts'

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
})
