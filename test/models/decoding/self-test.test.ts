import { describe, expect, it } from 'vitest'
import type { GenerateRequest, Generation } from '../../../models/decoding/language-model.ts'
import { selfTest } from '../../../models/decoding/self-test.ts'
import { scriptedIdentity, ScriptedModels } from '../../support/scripted-models.ts'

/** Says what `tokens` says; plain tokens take 10 ms, guessed ones 4. */
class Timed extends ScriptedModels {
  readonly #tokens: (request: GenerateRequest) => readonly number[]

  constructor(tokens: (request: GenerateRequest) => readonly number[]) {
    super(() => '')
    this.#tokens = tokens
  }

  override generate(request: GenerateRequest): Promise<Generation> {
    this.requests.push(request)
    const plain = request.decoder === 'plain'
    const tokens = this.#tokens(request)
    return Promise.resolve({
      text: '',
      tokens,
      finish: 'length',
      promptTokens: 1,
      reusedTokens: 0,
      dropped: null,
      context: { usedTokens: 1, capacityTokens: 2 },
      timing: {
        prefillMs: 1,
        prefillTokensPerSecond: 1,
        decodeMs: 1,
        msPerToken: plain ? 10 : 4,
        tokensPerStep: plain ? 1 : 2.5,
      },
      ...(!plain && {
        speculation: {
          decoder: 'lookup',
          refusal: 'No heads.',
          drafted: 1,
          accepted: 1,
          acceptanceByDepth: [1],
          draftShare: 0,
          speedup: 2.5,
          switchedOff: null,
        },
      }),
      model: scriptedIdentity,
    })
  }
}

const quiet = (): void => undefined
const never = new AbortController().signal

describe('the self-test', () => {
  it('compares the same greedy texts with and without guesses', async () => {
    const models = new Timed(() => [1, 2, 3, 4])
    const report = await selfTest(models, 'default', quiet, never)
    expect(report).toMatchObject({
      same: true,
      tokens: 4 * report.prompts,
      decoder: 'lookup',
      refusal: 'No heads.',
    })
    expect(report).toMatchObject({ plainMsPerToken: 10, guessedMsPerToken: 4, tokensPerStep: 2.5 })
    const asked = models.requests.map(({ messages, decoder }) => `${decoder} ${messages[0]!.content}`)
    expect(new Set(asked).size).toBe(2 * report.prompts)
    expect(models.requests.every(({ sampling }) => sampling.temperature === 0)).toBe(true)
  })

  it('notices a single other token', async () => {
    const models = new Timed(({ decoder, messages }) =>
      decoder !== 'plain' && messages[0]!.content.startsWith('Write') ? [1, 2, 9, 4] : [1, 2, 3, 4],
    )
    expect((await selfTest(models, 'default', quiet, never)).same).toBe(false)
  })

  it('stops when it is cancelled', async () => {
    const abort = new AbortController()
    const models = new Timed(() => {
      abort.abort()
      return [1]
    })
    await expect(selfTest(models, 'default', quiet, abort.signal)).rejects.toThrow()
    expect(models.requests.length).toBe(1)
  })
})
