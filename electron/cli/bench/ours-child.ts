/** Child of the benchmark that runs our engine's own graph and decoding loop, without its supervisor. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { fail } from '../../../models/core/failure.ts'
import { ChatTemplate } from '../../../models/decoding/chat-template.ts'
import { Conversation } from '../../../models/decoding/conversation.ts'
import { generate, PlainDecoder } from '../../../models/decoding/generate.ts'
import { KvCache } from '../../../models/decoding/kv-cache.ts'
import { PromptWriter } from '../../../models/decoding/prompt.ts'
import { Sampler } from '../../../models/decoding/sampler.ts'
import { SpeculativeDecoder } from '../../../models/decoding/speculative.ts'
import { StepCosts } from '../../../models/decoding/step-costs.ts'
import { TextTokenizer, type TokenizerFiles } from '../../../models/decoding/tokenizer.ts'
import { graphFile, tokenizerFile } from '../../inference/compiled-cache.ts'
import { DecoderGraph } from '../../inference/decoder-graph.ts'
import { ModelHeads } from '../../inference/heads/model-heads.ts'
import { chooseDrafter, guessedAhead, guessesPerStep, prefillRows } from '../../inference/loaded-model.ts'
import { anonymousMegabytes, residentMegabytes } from '../../inference/machine.ts'
import { OnnxSession, runtimeVersion } from '../../inference/onnx.ts'
import { locateModel } from '../../inference/model-files.ts'
import { VerifiedFiles } from '../../inference/verified-files.ts'
import { findCompiled } from './compiled.ts'
import { spread } from './measurements.ts'
import type { Opening } from './messages.ts'
import { serve } from './serve.ts'

interface Loaded {
  readonly graph: DecoderGraph
  readonly tokenizer: TextTokenizer
  readonly writer: PromptWriter
  /** Learned over all turns, as the app learns over all replies. */
  readonly stepCosts: StepCosts
  readonly heads: ModelHeads
}

let loaded: Loaded | null = null

function opened(): Loaded {
  if (!loaded) throw new Error('nothing is loaded')
  return loaded
}

async function open(opening: Opening): Promise<{ version: string }> {
  if (opening.engine !== 'ours') throw new Error('this child runs our engine')
  const entry = await findCompiled(opening.paths, opening.model, opening.precision)
  // Written by this program when it compiled the model.
  const source = JSON.parse(readFileSync(join(entry.folder, tokenizerFile), 'utf8')) as TokenizerFiles & {
    readonly chatTemplate: string | null
  }
  const tokenizer = new TextTokenizer(source)
  const writer = new PromptWriter(tokenizer, new ChatTemplate(source.chatTemplate, source.tokenizerConfig))
  const session = await OnnxSession.open(join(entry.folder, graphFile), {
    threads: opening.threads,
    prepacked: true,
  })
  loaded = {
    graph: new DecoderGraph(session, entry.shape),
    tokenizer,
    writer,
    stepCosts: new StepCosts(),
    heads: await ModelHeads.prepare(
      locateModel(opening.model, opening.paths.resources, opening.paths.models),
      entry,
      {
        paths: opening.paths,
        threads: opening.threads,
        verified: new VerifiedFiles(join(opening.paths.cache, 'verified')),
        onProgress: () => undefined,
        cancellation: never,
      },
    ),
  }
  return { version: runtimeVersion }
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const greedy = { temperature: 0, topP: 1, seed: 0 }
const never = new AbortController().signal
/** Steps of each number of rows that are timed. */
const costRounds = 9

/** Reads `ids` in chunks and hands out each chunk's result. */
async function* chunks(
  ids: readonly number[],
  rows: number,
  logits: boolean,
): AsyncGenerator<{
  readonly first: number
  readonly best: readonly number[]
  readonly logits: Float32Array | null
}> {
  const { graph } = opened()
  const cache = new KvCache(graph)
  for (let first = 0; first < ids.length; first += rows) {
    const chunk = ids.slice(first, first + rows)
    cache.reserve(first + chunk.length)
    const step = { ids: chunk, chooseAt: chunk.map((_, i) => i), logits }
    const result = await graph.evaluate(step, cache)
    cache.append(result.newKeys, result.newValues, chunk.length)
    yield { first, best: result.best, logits: result.logits }
  }
}

serve({
  open,
  encodePrompt: ({ messages }) => Promise.resolve(opened().writer.write(messages, new Date())),
  encodeText: ({ text }) => Promise.resolve(opened().tokenizer.encode(text)),
  async decode({ prompt, tokens, decoder: name }) {
    const { graph, stepCosts, heads } = opened()
    if (prompt.length + tokens > graph.contextTokens)
      fail(
        'prompt-too-long',
        `The context of this model ends at ${graph.contextTokens} tokens. Ask for fewer.`,
      )
    const sampler = new Sampler(greedy)
    const endIds = new Set<number>()
    const clock = (): number => performance.now()
    if (name === 'draft') throw new Error('this child has no second model that drafts')
    const guessing = await chooseDrafter(name, heads, clock)
    if (guessing?.refusal) fail('model-invalid', guessing.refusal)
    const decoder = guessing
      ? new SpeculativeDecoder(graph, sampler, guessing.drafter, stepCosts, {
          nodes: guessesPerStep,
          depth: guessedAhead,
          endIds,
          tokenLimit: prompt.length + tokens,
          clock,
        })
      : new PlainDecoder(graph, sampler)
    const atFirst: NodeJS.CpuUsage[] = []
    const { ids, prefillMs, decodeMs, steps, stepTokens } = await generate(
      graph,
      decoder,
      sampler,
      new Conversation(graph, guessing ? heads.memory : null),
      prompt,
      {
        maxTokens: tokens,
        endIds,
        prefillRows,
        clock,
        onToken: () => {
          if (atFirst.length === 0) atFirst.push(process.cpuUsage())
        },
        onPrefill: () => undefined,
        cancellation: never,
      },
    )
    const { user, system } = process.cpuUsage(atFirst[0])
    return {
      ids,
      firstTokenMs: prefillMs,
      msPerToken: decodeMs / Math.max(1, stepTokens),
      cpuMsPerToken: (user + system) / 1000 / Math.max(1, stepTokens),
      tokensPerStep: stepTokens / Math.max(1, steps),
      guesses:
        decoder instanceof SpeculativeDecoder
          ? {
              draftShare: decoder.speculation.draftShare,
              acceptanceByDepth: decoder.speculation.acceptanceByDepth,
            }
          : null,
    }
  },
  async costs({ prompt, rows }) {
    const { graph } = opened()
    const cache = new KvCache(graph)
    const ids = prompt.slice(0, graph.contextTokens - rows)
    cache.reserve(ids.length + rows)
    const read = await graph.evaluate({ ids, chooseAt: [], logits: false }, cache)
    cache.append(read.newKeys, read.newValues, ids.length)
    const times = Array.from({ length: rows }, (): number[] => [])
    for (let round = 0; round < costRounds; round++)
      for (const [at, own] of times.entries()) {
        const step = prompt.slice(0, at + 1)
        const started = performance.now()
        await graph.evaluate({ ids: step, chooseAt: step.map((_, row) => row), logits: false }, cache)
        own.push(performance.now() - started)
      }
    return times.map((own) => spread(own).median)
  },
  async choices({ ids, first }) {
    const all: number[] = []
    for await (const { best } of chunks(ids.slice(0, -1), prefillRows, false)) all.push(...best)
    return all.slice(first - 1)
  },
  async loss({ ids }) {
    const { vocabulary } = opened().graph
    let sum = 0
    // Fewer rows than a prefill step: every row's logits are fetched.
    for await (const { first, logits } of chunks(ids.slice(0, -1), 64, true)) {
      if (!logits) throw new Error('logits were asked for')
      for (let row = 0; row * vocabulary < logits.length; row++)
        sum += surprise(logits.subarray(row * vocabulary, (row + 1) * vocabulary), ids[first + row + 1]!)
    }
    return sum
  },
  memory: () => {
    // What waits to be collected differs by tens of megabytes from run to run.
    collectGarbage()
    return Promise.resolve({
      anonymousMb: anonymousMegabytes(process.pid),
      residentMb: residentMegabytes(process.pid),
    })
  },
})

/** -ln softmax(logits)[id] */
function surprise(logits: Float32Array, id: number): number {
  let largest = -Infinity
  for (const logit of logits) largest = Math.max(largest, logit)
  let sum = 0
  for (const logit of logits) sum += Math.exp(logit - largest)
  return largest + Math.log(sum) - logits[id]!
}
