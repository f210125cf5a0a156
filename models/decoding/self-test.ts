/**
 * Decodes the same texts one token per step and with guesses, and compares them: what anyone can repeat on
 * their own machine who doubts that guessing changes nothing but the speed.
 */
import type { Cancellation } from '../core/cancellation.ts'
import type { OnProgress } from '../core/progress.ts'
import type { DecoderName, Generation, LanguageModels, ModelId } from './language-model.ts'

export interface SelfTestReport {
  readonly model: ModelId
  /** Whether every text was the same, token by token. */
  readonly same: boolean
  readonly prompts: number
  /** Tokens compared. */
  readonly tokens: number
  /** What guessed, and why it is not what was asked for; null when it is. */
  readonly decoder: DecoderName
  readonly refusal: string | null
  readonly tokensPerStep: number
  readonly plainMsPerToken: number
  readonly guessedMsPerToken: number
}

/** Questions of the kind that the app puts, and one that it does not. */
const prompts: readonly string[] = [
  'What should I ask a patient who has had a sore throat for four days?',
  'I have a dull ache in my lower back, and it is worse in the morning.',
  'Write three sentences about a market in the rain.',
]
const maxTokens = 96

/** Rejects as `generate` does, and with the reason of `signal` when it is cancelled. */
export async function selfTest(
  models: LanguageModels,
  model: ModelId,
  onProgress: OnProgress,
  signal: Cancellation,
): Promise<SelfTestReport> {
  const ask = async (content: string, decoder: DecoderName): Promise<Generation> => {
    const generation = await models.generate(
      {
        model,
        precision: null,
        decoder,
        conversation: null,
        messages: [{ role: 'user', content }],
        sampling: { temperature: 0, topP: 1, seed: 0 },
        maxTokens,
      },
      () => undefined,
      () => undefined,
      signal,
    )
    signal.throwIfAborted()
    return generation
  }
  const plain: Generation[] = []
  const guessed: Generation[] = []
  for (const [index, prompt] of prompts.entries()) {
    onProgress({
      stage: 'Decoding with and without guesses',
      fraction: index / prompts.length,
      secondsLeft: null,
    })
    // Turns are taken, so that neither has the rested machine to itself.
    const guessesFirst = index % 2 === 1
    if (guessesFirst) guessed.push(await ask(prompt, 'clover+lookup'))
    plain.push(await ask(prompt, 'plain'))
    if (!guessesFirst) guessed.push(await ask(prompt, 'clover+lookup'))
  }
  const last = guessed.at(-1)!.speculation
  const compared = plain.reduce((sum, { tokens }) => sum + tokens.length, 0)
  return {
    model,
    same: plain.every(({ tokens }, at) => tokens.join() === guessed[at]!.tokens.join()),
    prompts: prompts.length,
    tokens: compared,
    decoder: last?.decoder ?? 'plain',
    refusal: last?.refusal ?? null,
    tokensPerStep: meanPerToken(guessed, ({ timing }) => timing.tokensPerStep),
    plainMsPerToken: meanPerToken(plain, ({ timing }) => timing.msPerToken),
    guessedMsPerToken: meanPerToken(guessed, ({ timing }) => timing.msPerToken),
  }
}

/** The mean over replies, each weighed by its tokens. */
function meanPerToken(generations: readonly Generation[], of: (generation: Generation) => number): number {
  const tokens = generations.reduce((sum, { tokens: own }) => sum + own.length, 0)
  if (tokens === 0) return 0
  return generations.reduce((sum, generation) => sum + of(generation) * generation.tokens.length, 0) / tokens
}
