/** Child of the benchmark that runs node-llama-cpp, through its public interface and as its guide shows. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Opening } from './messages.ts'
import { notAsked, serve } from './serve.ts'

/** What we use of the peer. It is no dependency of this project, so its types are not at hand. */
interface Peer {
  getLlama(options: {
    gpu: false
    build: 'never'
    skipDownload: true
    progressLogs: false
    maxThreads: number
    logLevel: 'error'
  }): Promise<{
    loadModel(options: { modelPath: string }): Promise<{
      createContext(options: { contextSize: number; batchSize: number; threads: number }): Promise<{
        getSequence(options?: { tokenPredictor: Predictor }): Sequence
      }>
    }>
  }>
  InputLookupTokenPredictor: new () => Predictor & { updateInputTokens(tokens: readonly number[]): void }
  DraftSequenceTokenPredictor: new (sequence: Sequence) => Predictor
}

/** Guesses for the peer; opaque to us. */
type Predictor = object

interface Sequence {
  clearHistory(): Promise<void>
  evaluate(
    tokens: readonly number[],
    options: { temperature: 0; yieldEogToken: true },
  ): AsyncGenerator<number, unknown>
  readonly tokenPredictions: { readonly validated: number; readonly refuted: number }
  controlledEvaluate(
    tokens: readonly (number | ReturnType<typeof withChoice>)[],
  ): Promise<readonly ({ next: { token?: number | null } } | undefined)[]>
}

const withChoice = (id: number) =>
  [id, { generateNext: { token: true, options: { temperature: 0 } } }] as const

/** Per decoder a sequence of its own, and what it is told of each prompt. */
const sequences = new Map<
  string,
  { readonly sequence: Sequence; readonly tell: (prompt: readonly number[]) => void }
>()

function opened(decoder: string): {
  readonly sequence: Sequence
  readonly tell: (prompt: readonly number[]) => void
} {
  const known = sequences.get(decoder)
  if (!known) throw new Error(`no decoder ${decoder} is loaded`)
  return known
}

async function open(opening: Opening): Promise<{ version: string }> {
  if (opening.engine !== 'node-llama-cpp') throw new Error('this child runs node-llama-cpp')
  const entry = join(opening.packageFolder, 'node_modules/node-llama-cpp/dist/index.js')
  const peer = (await import(pathToFileURL(entry).href)) as Peer
  const llama = await peer.getLlama({
    gpu: false,
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    maxThreads: opening.threads,
    logLevel: 'error',
  })
  const model = await llama.loadModel({ modelPath: opening.weights })
  const contextOptions = {
    contextSize: opening.contextTokens,
    batchSize: 512,
    threads: opening.threads,
  }
  const silent = (): void => undefined
  sequences.set('plain', {
    sequence: (await model.createContext(contextOptions)).getSequence(),
    tell: silent,
  })
  const lookup = new peer.InputLookupTokenPredictor()
  sequences.set('lookup', {
    sequence: (await model.createContext(contextOptions)).getSequence({ tokenPredictor: lookup }),
    tell: (prompt) => lookup.updateInputTokens(prompt),
  })
  if (opening.draft !== null) {
    const drafting = await (await llama.loadModel({ modelPath: opening.draft })).createContext(contextOptions)
    const tokenPredictor = new peer.DraftSequenceTokenPredictor(drafting.getSequence())
    sequences.set('draft', {
      sequence: (await model.createContext(contextOptions)).getSequence({ tokenPredictor }),
      tell: silent,
    })
  }
  return { version: 'node-llama-cpp' }
}

serve({
  open,
  async decode({ prompt, tokens, decoder }) {
    const { sequence, tell } = opened(decoder)
    await sequence.clearHistory()
    tell(prompt)
    const before = sequence.tokenPredictions.validated
    const ids: number[] = []
    const started = performance.now()
    let first = started
    let cpu = process.cpuUsage()
    for await (const id of sequence.evaluate(prompt, { temperature: 0, yieldEogToken: true })) {
      if (ids.length === 0) {
        first = performance.now()
        cpu = process.cpuUsage()
      }
      if (ids.push(id) === tokens) break
    }
    const ended = performance.now()
    const { user, system } = process.cpuUsage(cpu)
    return {
      ids,
      firstTokenMs: first - started,
      msPerToken: (ended - first) / Math.max(1, ids.length - 1),
      cpuMsPerToken: (user + system) / 1000 / Math.max(1, ids.length - 1),
      // Each token was chosen by a step or foreseen by one.
      tokensPerStep: ids.length / Math.max(1, ids.length - (sequence.tokenPredictions.validated - before)),
      guesses: null,
    }
  },
  async choices({ ids, first }) {
    const { sequence } = opened('plain')
    await sequence.clearHistory()
    const asked = ids.slice(0, -1).map((id, i) => (i < first - 1 ? id : withChoice(id)))
    const outputs = await sequence.controlledEvaluate(asked)
    return outputs.slice(first - 1).map((output) => output?.next.token ?? -1)
  },
  memory: notAsked('memory'),
  encodePrompt: notAsked('encodePrompt'),
  encodeText: notAsked('encodeText'),
  loss: notAsked('loss'),
  costs: notAsked('costs'),
})
