/** One exchange with the language model, with the settings of the person and an origin to keep. */
import { loopStart, withoutLoop, type Prompt } from '../../models/consult/index.ts'
import type { OnProgress } from '../../models/core/progress.ts'
import type { ModelId, TokenDelta } from '../../models/decoding/language-model.ts'
import type { Provenance, SessionRecord } from '../../models/session/session.ts'
import type { Ports } from './ports.ts'

export interface Exchange {
  /** Left out: the one that consultations use. */
  readonly model?: ModelId
  /** Takes the likeliest words whatever the person's settings are: for what is decided, not said. */
  readonly greedy?: boolean
  /** What the prompt was made from. */
  readonly record: SessionRecord
  /** Key under which the engine keeps its memory for the next exchange of this kind. */
  readonly conversation: string
  readonly prompt: Prompt
  /** Most tokens that make sense here; the person's own limit holds as well. */
  readonly longest: number
  readonly signal: AbortSignal
  readonly progress: OnProgress
  readonly onDelta: (delta: TokenDelta) => void
}

/** What a model wrote: '' when it was stopped before its first token. */
export interface Written {
  readonly text: string
  readonly provenance: Provenance
}

/** The model that consultations use. */
const consultModel = 'default'

/**
 * Rejects with a FailureError. A stopped exchange resolves with the text so far; so does one whose
 * model began to repeat itself, without the repetition.
 */
export async function converse(ports: Ports, exchange: Exchange): Promise<Written> {
  const settings = ports.vault.store().settings()
  const { model: asked = consultModel, greedy = false } = exchange
  const sampling = {
    temperature: greedy ? 0 : settings.temperature,
    topP: settings.topP,
    seed: settings.seed ?? ports.newSeed(),
  }
  const looped = new AbortController()
  let soFar = ''
  const generation = await ports.models.generate(
    {
      model: asked,
      precision: null,
      // Draft heads guess for the model that they were trained on.
      decoder: asked === consultModel ? 'clover+lookup' : 'lookup',
      conversation: exchange.conversation,
      messages: exchange.prompt.messages,
      opening: exchange.prompt.opening,
      sampling,
      maxTokens: Math.min(settings.maxTokens, exchange.longest),
    },
    (delta) => {
      exchange.onDelta(delta)
      soFar += delta.text
      if (loopStart(soFar) !== null) looped.abort()
    },
    exchange.progress,
    AbortSignal.any([exchange.signal, looped.signal]),
  )
  ports.push('engine.context', generation.context)
  const { model, timing } = generation
  return {
    text: generation.tokens.length === 0 ? '' : withoutLoop(generation.text).trim(),
    provenance: {
      model: model.id,
      modelName: model.name,
      weightsHash: model.weightsHash,
      adapterHash: model.adapterHash,
      precision: model.precision,
      ...sampling,
      promptTokens: generation.promptTokens,
      tokens: generation.tokens.length,
      msPerToken: timing.msPerToken,
      finish: looped.signal.aborted ? 'repetition' : generation.finish,
      dropped: generation.dropped,
      lastTurn: exchange.record.turns.at(-1)?.number ?? 0,
      at: ports.now().toISOString(),
    },
  }
}
